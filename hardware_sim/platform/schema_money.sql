-- Money on the platform's side, the billers' and the payment services'.

-- the billers' side; of fees the account is the question (see fees.py)
CREATE TABLE IF NOT EXISTS bills (
  bill_key TEXT PRIMARY KEY, service TEXT NOT NULL, account TEXT NOT NULL,
  version INTEGER NOT NULL, period TEXT NOT NULL, usage TEXT NOT NULL,
  amount_fen INTEGER NOT NULL, paid_by TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS credit (
  account TEXT PRIMARY KEY, version INTEGER NOT NULL, balance_fen INTEGER NOT NULL,
  purchases INTEGER NOT NULL, bought_on TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS loads (
  order_id TEXT PRIMARY KEY, account TEXT NOT NULL, serial TEXT NOT NULL,
  purchase INTEGER NOT NULL, units INTEGER NOT NULL, amount_fen INTEGER NOT NULL,
  state TEXT NOT NULL,
  UNIQUE (serial, purchase)
);
CREATE TABLE IF NOT EXISTS postings (
  order_id TEXT PRIMARY KEY, state TEXT NOT NULL, reference TEXT NOT NULL,
  reason TEXT NOT NULL, bill_key TEXT NOT NULL, amount_fen INTEGER NOT NULL,
  at REAL NOT NULL
);

-- the payment services' side
CREATE TABLE IF NOT EXISTS trades (
  trade_no TEXT PRIMARY KEY, order_id TEXT NOT NULL, service TEXT NOT NULL,
  state TEXT NOT NULL, amount_fen INTEGER NOT NULL, payload TEXT NOT NULL DEFAULT '',
  shown_until REAL NOT NULL DEFAULT 0, password_until REAL NOT NULL DEFAULT 0,
  channel TEXT NOT NULL DEFAULT '', reference TEXT NOT NULL DEFAULT '', paid_at REAL,
  refund_reference TEXT NOT NULL DEFAULT '', receipt TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS trades_of_orders ON trades (order_id);
CREATE INDEX IF NOT EXISTS open_trades ON trades (trade_no) WHERE state = 'PENDING';
CREATE TABLE IF NOT EXISTS movements (
  id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, kind TEXT NOT NULL,
  amount_fen INTEGER NOT NULL, channel TEXT NOT NULL, reference TEXT NOT NULL,
  at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS notifies (
  id INTEGER PRIMARY KEY, trade_no TEXT NOT NULL, due_at REAL NOT NULL,
  delivered_at REAL
);
CREATE TABLE IF NOT EXISTS payment_codes (
  code TEXT PRIMARY KEY, channel TEXT NOT NULL, balance_fen INTEGER,
  made_at REAL NOT NULL, used_for TEXT NOT NULL DEFAULT '',
  refusal TEXT NOT NULL DEFAULT ''
);

-- the platform's own order book: what it was told, and what it learned
CREATE TABLE IF NOT EXISTS orders (
  order_id TEXT PRIMARY KEY, terminal TEXT NOT NULL, bill_key TEXT NOT NULL,
  bill_version TEXT NOT NULL, amount_fen INTEGER NOT NULL, bill_lock TEXT NOT NULL,
  account TEXT NOT NULL, bill TEXT NOT NULL, method TEXT NOT NULL DEFAULT '',
  payment TEXT NOT NULL DEFAULT 'NONE', channel TEXT NOT NULL DEFAULT '',
  payment_reference TEXT NOT NULL DEFAULT '', paid_at REAL,
  refund_reference TEXT NOT NULL DEFAULT '',
  announced_at REAL NOT NULL, heard_at REAL NOT NULL, asked_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_of_locks ON orders (bill_lock);
CREATE TABLE IF NOT EXISTS order_days (
  order_id TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (order_id, day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal_heads (
  terminal TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  hash TEXT NOT NULL
);

-- what comes after a payment
CREATE TABLE IF NOT EXISTS copies (
  order_id TEXT NOT NULL, terminal TEXT NOT NULL, act_id TEXT NOT NULL,
  copy INTEGER NOT NULL, PRIMARY KEY (order_id, terminal, act_id)
);
CREATE TABLE IF NOT EXISTS invoices (
  order_id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, issued_at REAL NOT NULL,
  amount_fen INTEGER NOT NULL, seller TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS closed_days (day TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS file_faults (
  id INTEGER PRIMARY KEY, book TEXT NOT NULL, fault TEXT NOT NULL,
  order_id TEXT NOT NULL
);
