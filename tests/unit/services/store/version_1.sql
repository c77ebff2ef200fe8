-- A journal as version 1 of its tables left it, by sqlite3's iterdump.
BEGIN TRANSACTION;
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    step INTEGER NOT NULL,
    payload TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (key, step)
) STRICT;
INSERT INTO "journal" VALUES(1,'2026-11-19T03:00:00+00:00','epoch','epoch-1',1,'{"cause":"first","epoch":1,"evidence":""}','0000000000000000000000000000000000000000000000000000000000000000','cfa1e904eef066ae9e8dc74bc60ac44bf4b7ab684bae021e03a9ba3216271aa1');
INSERT INTO "journal" VALUES(2,'2026-11-19T03:00:00+00:00','boot','boot-16491',1,'{"boot":16491}','cfa1e904eef066ae9e8dc74bc60ac44bf4b7ab684bae021e03a9ba3216271aa1','4b50954f3dd3581a1ea4c5af4675697550a076e3ea5b16823265745dd9f17523');
INSERT INTO "journal" VALUES(3,'2026-11-19T03:00:00+00:00','order','o1',1,'{"bill_lock":"water:B1","facts":{"bill":{"amount":8640}},"state":"INTENT"}','4b50954f3dd3581a1ea4c5af4675697550a076e3ea5b16823265745dd9f17523','8c4f41230a6c198721c0359496a42ddc05831ed3ad4fd872c8b3f760e0b849ca');
INSERT INTO "journal" VALUES(4,'2026-11-19T03:00:00+00:00','order','o2',1,'{"bill_lock":"water:B2","facts":{"bill":{"amount":120}},"state":"INTENT"}','8c4f41230a6c198721c0359496a42ddc05831ed3ad4fd872c8b3f760e0b849ca','60874a9bf33598f75104ff4337e64c4b4bf3331de5f4304be2b00162c5a5967f');
INSERT INTO "journal" VALUES(5,'2026-11-19T03:01:00+00:00','order','o1',2,'{"bill_lock":"water:B1","facts":{"reason":"left"},"state":"CANCELLED"}','60874a9bf33598f75104ff4337e64c4b4bf3331de5f4304be2b00162c5a5967f','70f0a0fa266edd409411599addf367d1003edbecf5968c2745636995f815d875');
INSERT INTO "journal" VALUES(6,'2026-11-19T03:01:00+00:00','order','o2',2,'{"bill_lock":"water:B2","facts":{"channel":"wechat"},"state":"PAID"}','70f0a0fa266edd409411599addf367d1003edbecf5968c2745636995f815d875','ed97e313642b7b613a207734ca9c420391a2cbd423387008479293f571d63252');
INSERT INTO "journal" VALUES(7,'2026-11-19T03:01:00+00:00','act','T1-act-16491-7',1,'{"kind":"print.document","matter":"proof","reference":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"}','ed97e313642b7b613a207734ca9c420391a2cbd423387008479293f571d63252','aa9521e2a23243120a2d296d0fda512faae8f858f3266d6e13fc4849f7aa53c4');
CREATE TABLE order_head (
    order_id TEXT PRIMARY KEY,
    bill_lock TEXT NOT NULL,
    state TEXT NOT NULL,
    step INTEGER NOT NULL,
    live INTEGER NOT NULL
) STRICT;
INSERT INTO "order_head" VALUES('o1','water:B1','CANCELLED',2,0);
INSERT INTO "order_head" VALUES('o2','water:B2','PAID',2,1);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (topic, key)
) STRICT;
INSERT INTO "outbox" VALUES(1,'2026-11-19T03:01:00+00:00','rating','r1','{"level":5}');
CREATE TABLE position (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO "position" VALUES('outbox',0);
INSERT INTO "position" VALUES('probe',0);
CREATE UNIQUE INDEX one_live_order_a_bill ON order_head (bill_lock) WHERE live = 1;
CREATE TRIGGER journal_never_UPDATE BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_never_DELETE BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER outbox_never_UPDATE BEFORE UPDATE ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox is append-only'); END;
CREATE TRIGGER outbox_never_DELETE BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox is append-only'); END;
COMMIT;
