-- A journal as version 2 of its tables left it, by sqlite3's iterdump.
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
INSERT INTO "journal" VALUES(1,'2026-11-19T03:00:00+00:00','epoch','epoch-1',1,'{"carried_acts":[],"carried_messages":0,"cause":"first","epoch":1,"evidence":"","genesis":"0000000000000000000000000000000000000000000000000000000000000000"}','0000000000000000000000000000000000000000000000000000000000000000','53e610331e356c4f4a10a822e225f87e73c2bd9d6afef795bea5309b4b84e3b6');
INSERT INTO "journal" VALUES(2,'2026-11-19T03:00:00+00:00','boot','boot-16491',1,'{"boot":16491}','53e610331e356c4f4a10a822e225f87e73c2bd9d6afef795bea5309b4b84e3b6','073d7e7df3851c2a4fc9497cbb73e7d34bf99f535cd85f5c648df2bf9bacf468');
INSERT INTO "journal" VALUES(3,'2026-11-19T03:00:00+00:00','order','o1',1,'{"bill_lock":"water:B1","facts":{},"state":"INTENT"}','073d7e7df3851c2a4fc9497cbb73e7d34bf99f535cd85f5c648df2bf9bacf468','5dd4a6c1afa8f24a13193fab2fa23263ca0a5da2346575336ddba34e70c0249f');
INSERT INTO "journal" VALUES(4,'2026-11-19T03:00:00+00:00','order','o2',1,'{"bill_lock":"water:B2","facts":{},"state":"INTENT"}','5dd4a6c1afa8f24a13193fab2fa23263ca0a5da2346575336ddba34e70c0249f','966047d1e97c58350406d784e5528435d013f8a7350ba6c1b0a8dc42888a0f97');
INSERT INTO "journal" VALUES(5,'2026-11-19T03:01:00+00:00','order','o1',2,'{"bill_lock":"water:B1","facts":{},"state":"CANCELLED"}','966047d1e97c58350406d784e5528435d013f8a7350ba6c1b0a8dc42888a0f97','0b9cda065b5a525b246d749de96d15ffeebd07c14f7c59dc81b4ef97de32519f');
INSERT INTO "journal" VALUES(6,'2026-11-19T03:01:00+00:00','order','o2',2,'{"bill_lock":"water:B2","facts":{},"state":"PAID"}','0b9cda065b5a525b246d749de96d15ffeebd07c14f7c59dc81b4ef97de32519f','386d26914652d74f025619b9b7e67bb0867e9d93afce1c05774a1ce579460b29');
INSERT INTO "journal" VALUES(7,'2026-11-19T03:01:00+00:00','act','act-16491-7',1,'{"kind":"print.receipt","matter":"water","reference":"o1"}','386d26914652d74f025619b9b7e67bb0867e9d93afce1c05774a1ce579460b29','6aa0a9197598aae5644560c32a3430d752afa0953b43daa0988568a8c436b6b5');
INSERT INTO "journal" VALUES(8,'2026-11-19T03:01:00+00:00','act','act-16491-7',2,'{"detail":{},"outcome":"presented"}','6aa0a9197598aae5644560c32a3430d752afa0953b43daa0988568a8c436b6b5','5b42ee78180902c038fb31aaca330d8ab75284af32a67f402356cb66015830fe');
INSERT INTO "journal" VALUES(9,'2026-11-19T03:01:00+00:00','act','act-16491-9',1,'{"kind":"print.document","matter":"proof","reference":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"}','5b42ee78180902c038fb31aaca330d8ab75284af32a67f402356cb66015830fe','3c4cb74cfc66c905385e8ca57a21506a64dbe4d59ce383fbcf193e42ca534580');
CREATE TABLE order_head (
    order_id TEXT PRIMARY KEY,
    bill_lock TEXT NOT NULL,
    live INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "order_head" VALUES('o1','water:B1',0,3,'2026-11-19T03:00:00+00:00','2026-11-19T03:01:00+00:00');
INSERT INTO "order_head" VALUES('o2','water:B2',1,4,'','');
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (topic, key)
) STRICT;
INSERT INTO "outbox" VALUES(1,'2026-11-19T03:01:00+00:00','act.ended','act-16491-7','{"act_id":"act-16491-7","detail":{},"kind":"print.receipt","matter":"water","outcome":"presented","reference":"o1"}');
INSERT INTO "outbox" VALUES(2,'2026-11-19T03:01:00+00:00','rating','r1','{"level":5}');
INSERT INTO "outbox" VALUES(3,'2026-11-19T03:01:00+00:00','rating','r2','{"level":1}');
CREATE TABLE position (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO "position" VALUES('outbox',2);
INSERT INTO "position" VALUES('probe',1795057260);
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
