-- What the read API keeps of its own: who may ask, who has asked, whose device it is, which alarms somebody has seen.
-- It is apart from the ingest's database, which nobody but the ingest writes.

create table token (
    id              text    primary key,
    name            text    not null unique,
    role            text    not null,
    hash            blob    not null,      -- SHA-256 of the secret, 32 random bytes; the secret is nowhere
    created_utc_ms  integer not null,
    revoked_utc_ms  integer
) without rowid;

-- Written before the answer goes out, so that nothing is seen without a line here.
create table audit (
    id      integer primary key autoincrement,
    utc_ms  integer not null,
    token   text    not null,
    role    text    not null,
    action  text    not null,              -- method and route, without values
    device  text,
    patient text,
    query   text,
    outcome text    not null               -- allowed, refused
);

create trigger audit_keeps_what_it_has before update on audit
begin select raise(abort, 'the audit log is append-only'); end;
create trigger audit_loses_nothing before delete on audit
begin select raise(abort, 'the audit log is append-only'); end;
-- "insert or replace" would remove a row without a delete.
create trigger audit_replaces_nothing before insert on audit when exists (select 1 from audit where id = new.id)
begin select raise(abort, 'the audit log is append-only'); end;

-- Which patient had the device, and when: a later patient must not get the readings of an earlier one.
create table assignment (
    device      text    not null,
    from_utc_ms integer not null,
    to_utc_ms   integer,                   -- null: still
    patient     text    not null,
    primary key (device, from_utc_ms)
) without rowid;

create table acknowledged_alarm (
    device   text    not null,
    epoch    integer not null,
    sequence integer not null,
    utc_ms   integer not null,
    token    text    not null,
    primary key (device, epoch, sequence)
) without rowid;

-- One alarm for one receiver. What has failed too often stays, as dead, for a person to look at.
create table delivery (
    hook        text    not null,
    device      text    not null,
    epoch       integer not null,
    sequence    integer not null,
    state       text    not null,          -- waiting, delivered, dead
    attempts    integer not null,
    next_utc_ms integer not null,          -- not before then
    problem     text,                      -- of the last attempt
    primary key (hook, device, epoch, sequence)
) without rowid;

create index delivery_waiting on delivery (hook, state, next_utc_ms);

-- Up to which record of the ingest's database the receiver has been served with alarms.
create table hook (
    name      text    primary key,
    record_id integer not null
) without rowid;
