-- The simulated city platform keeps everything here. Times are epoch seconds.

-- who may speak
CREATE TABLE IF NOT EXISTS nonces (
  terminal TEXT NOT NULL, nonce TEXT NOT NULL, seen_at REAL NOT NULL,
  PRIMARY KEY (terminal, nonce)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sequences (
  terminal TEXT PRIMARY KEY, boot INTEGER NOT NULL, highest INTEGER NOT NULL,
  seen TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heartbeats (
  terminal TEXT PRIMARY KEY, heard_at REAL NOT NULL, said TEXT NOT NULL
);

-- people and what departments hold
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, terminal TEXT NOT NULL, person TEXT NOT NULL,
  expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS certificates (
  person TEXT NOT NULL, matter TEXT NOT NULL, day TEXT NOT NULL, number TEXT NOT NULL,
  PRIMARY KEY (person, matter, day)
);
CREATE TABLE IF NOT EXISTS licence_uses (
  use_number TEXT PRIMARY KEY, person TEXT NOT NULL, identifier TEXT NOT NULL,
  matter TEXT NOT NULL, reason TEXT NOT NULL, day TEXT NOT NULL, digest TEXT NOT NULL,
  UNIQUE (person, identifier, matter, day)
);

-- applications
CREATE TABLE IF NOT EXISTS materials (
  submission_id TEXT NOT NULL, key TEXT NOT NULL, person TEXT NOT NULL,
  reference TEXT NOT NULL, digest TEXT NOT NULL, media_type TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (submission_id, key)
);
CREATE TABLE IF NOT EXISTS cases (
  number TEXT PRIMARY KEY, submission_id TEXT NOT NULL UNIQUE, terminal TEXT NOT NULL,
  person TEXT NOT NULL, matter TEXT NOT NULL, content TEXT NOT NULL,
  applied_at REAL NOT NULL, due TEXT, missing TEXT NOT NULL DEFAULT '[]',
  reason TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS case_steps (
  number TEXT NOT NULL REFERENCES cases, position INTEGER NOT NULL, at REAL NOT NULL,
  state TEXT NOT NULL, opinion TEXT NOT NULL,
  PRIMARY KEY (number, position)
);

-- feedback
CREATE TABLE IF NOT EXISTS ratings (
  subject TEXT PRIMARY KEY, terminal TEXT NOT NULL, matter TEXT NOT NULL,
  level INTEGER NOT NULL, rated_at REAL NOT NULL,
  by_default INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS prints (
  terminal TEXT NOT NULL, act_id TEXT NOT NULL, matter TEXT NOT NULL,
  digest TEXT NOT NULL, sheets INTEGER NOT NULL, outcome TEXT NOT NULL,
  recorded_at REAL NOT NULL,
  PRIMARY KEY (terminal, act_id)
);
