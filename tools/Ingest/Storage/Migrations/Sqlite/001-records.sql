-- The ingest's database, version 1. One row a record; readings are seen through the view "reading". Epochs
-- are unsigned 64 bits in the protocol and signed in SQLite; the views print them as 16 hexadecimal digits.

create table record (
    id              integer primary key,
    device          text    not null,
    epoch           integer not null,
    sequence        integer not null,
    kind            integer not null,   -- RecordKind: 1 vitals, 2 alarm, 3 event, 4 and 6 summary of 10 and 60 s,
                                        -- 5 tombstone
    boot_id         integer not null,
    monotonic_ms    integer not null,
    utc_ms          integer,            -- null when the unit did not know the time
    time_quality    integer not null,   -- 0 unsynced, 1 estimated, 2 synced
    key_version     integer not null,
    mac             blob    not null,
    previous_mac    blob    not null,
    payload         blob    not null,   -- CBOR as it was signed
    jws             text    not null,   -- the message as it came
    reading_count   integer not null,
    readings        text,               -- vitals: [[monotonic_ms, utc_ms, 5 values, 5 statuses], ...], integers;
                                        -- summary: see the view "summary"
    fields          text,               -- alarm, event, tombstone: an object
    discontinuity   integer not null,   -- 1 when the unit says that samples were lost in or before it
    received_utc_ms integer not null,
    unique (device, epoch, sequence)
);

-- What has been committed of each store; kept in the same transaction as the rows, so that a start need not
-- scan them.
create table device_state (
    device          text    not null,
    epoch           integer not null,
    cumulative      integer not null,   -- every sequence up to this one is committed or declared lost
    ranges          text    not null,   -- [[first, last], ...] committed above it
    record_count    integer not null,
    reading_count   integer not null,
    declared_count  integer not null,   -- sequences that tombstones account for
    chain_breaks    integer not null,
    conflict_count  integer not null,
    last_mac        blob,
    last_sequence   integer not null,   -- of last_mac: the newest record that extended the chain
    first_utc_ms    integer not null,
    last_utc_ms     integer not null,
    primary key (device, epoch)
) without rowid;

-- Messages that are not believed. The same message again only counts. Bounded; see counter for what did not
-- fit.
create table quarantine (
    id              integer primary key,
    fingerprint     blob    not null unique,   -- SHA-256 over topic, 0x00, text
    conflict        integer not null,          -- 1: verified, but its identity is taken
    device          text    not null,          -- as the topic says
    topic           text    not null,
    reason          text    not null,
    message         blob    not null,
    times           integer not null,
    first_utc_ms    integer not null,
    last_utc_ms     integer not null
);

-- What a person should look at: broken chains, new stores.
create table incident (
    id       integer primary key,
    utc_ms   integer not null,
    device   text    not null,
    epoch    integer not null,
    sequence integer not null,
    kind     text    not null,
    detail   text    not null
);

-- The latest health and status of each device.
create table device_message (
    device          text    not null,
    kind            text    not null,
    received_utc_ms integer not null,
    fields          text,
    jws             text    not null,
    primary key (device, kind)
) without rowid;

-- Where a boot's monotonic clock stood in UTC, as the unit said when it first knew.
create table anchor (
    device       text    not null,
    epoch        integer not null,
    boot_id      integer not null,
    monotonic_ms integer not null,
    utc_ms       integer not null,
    primary key (device, epoch, boot_id)
) without rowid;

create table counter (
    name  text    primary key,
    value integer not null
) without rowid;

-- Single readings in physical units. A value is null exactly where its status says that there is none. utc_source
-- says where the time is from: 'device', a clock that was synchronised; 'anchor', taken before that and placed by the
-- anchor of its boot; 'estimate', from a clock that had only its floor (it may be off by any time that the unit was
-- without power, so there is no uncertainty to give, and it was not after received_utc). utc_uncertainty_ms: SNTP
-- over a home's network is taken as good for a second, and the clock between reading and anchor for 100 in a million.
create view reading as
select r.device,
       printf('%016x', r.epoch) as epoch,
       r.sequence,
       'reading' as kind,
       r.boot_id,
       e.value ->> 0 as monotonic_ms,
       strftime('%Y-%m-%dT%H:%M:%fZ',
           coalesce(
               case r.time_quality when 2 then e.value ->> 1 end, a.utc_ms + (e.value ->> 0) - a.monotonic_ms,
               e.value ->> 1) / 1000.0, 'unixepoch') as utc,
       case when r.time_quality = 2 and e.value ->> 1 is not null then 'device'
            when a.utc_ms is not null then 'anchor'
            when e.value ->> 1 is not null then 'estimate' end as utc_source,
       case when r.time_quality = 2 and e.value ->> 1 is not null then 1000
            when a.utc_ms is not null then 1000 + abs((e.value ->> 0) - a.monotonic_ms) / 10000
            end as utc_uncertainty_ms,
       r.time_quality,
       (e.value ->> 2) / 10.0 as spo2_percent,
       {status:7} as spo2_status,
       (e.value ->> 3) / 10.0 as pulse_per_minute,
       {status:8} as pulse_status,
       (e.value ->> 4) / 100.0 as perfusion_percent,
       {status:9} as perfusion_status,
       e.value ->> 5 as quality_percent,
       {status:10} as quality_status,
       (e.value ->> 6) / 100.0 as temperature_celsius,
       {status:11} as temperature_status,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.received_utc_ms / 1000.0, 'unixepoch') as received_utc
from record r
join json_each(r.readings) e
left join anchor a on a.device = r.device and a.epoch = r.epoch and a.boot_id = r.boot_id
where r.kind = 1;

-- What is left of readings that a full unit had to thin: one row an interval and vital, of 10 or 60 s, by its end. It
-- stands for reading_count readings, and is never one of them.
create view summary as
select r.device,
       printf('%016x', r.epoch) as epoch,
       r.sequence,
       r.boot_id,
       e.value ->> 0 as monotonic_ms,
       strftime('%Y-%m-%dT%H:%M:%fZ',
           coalesce(e.value ->> 1, a.utc_ms + (e.value ->> 0) - a.monotonic_ms) / 1000.0, 'unixepoch') as utc,
       case when e.value ->> 1 is not null then 'device'
            when a.utc_ms is not null then 'anchor' end as utc_source,
       (e.value ->> 2) / 1000 as seconds,
       e.value ->> 3 as reading_count,
       v.name as vital,
       e.value ->> (4 + 5 * v.number) as value_count,
       (e.value ->> (5 + 5 * v.number)) / v.scale as mean,
       (e.value ->> (6 + 5 * v.number)) / v.scale as minimum,
       (e.value ->> (7 + 5 * v.number)) / v.scale as maximum,
       e.value ->> (8 + 5 * v.number) as worst_status,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.received_utc_ms / 1000.0, 'unixepoch') as received_utc
from record r
join json_each(r.readings) e
join (select 0 as number, 'spo2_percent' as name, 10.0 as scale union all select 1, 'pulse_per_minute', 10.0
      union all select 2, 'perfusion_percent', 100.0 union all select 3, 'quality_percent', 1.0
      union all select 4, 'temperature_celsius', 100.0) v
left join anchor a on a.device = r.device and a.epoch = r.epoch and a.boot_id = r.boot_id
where r.kind in (4, 6);

create view alarm as
select device, printf('%016x', epoch) as epoch, sequence, boot_id, monotonic_ms,
       strftime('%Y-%m-%dT%H:%M:%fZ', utc_ms / 1000.0, 'unixepoch') as utc, fields,
       strftime('%Y-%m-%dT%H:%M:%fZ', received_utc_ms / 1000.0, 'unixepoch') as received_utc
from record where kind = 2;

create view event as
select device, printf('%016x', epoch) as epoch, sequence, boot_id, monotonic_ms,
       strftime('%Y-%m-%dT%H:%M:%fZ', utc_ms / 1000.0, 'unixepoch') as utc, fields,
       strftime('%Y-%m-%dT%H:%M:%fZ', received_utc_ms / 1000.0, 'unixepoch') as received_utc
from record where kind in (3, 5);

-- Sequences that the device itself has declared gone, by the signed tombstone or summary that says so; of the range
-- those between its runs are not meant.
create view declared as
select device, printf('%016x', epoch) as epoch, sequence, fields ->> 'first' as first,
       fields ->> 'last' as last, fields ->> 'readings' as reading_count, fields ->> 'reason' as reason
from record where kind in (4, 5, 6);

-- Sequences that are missing: neither committed nor declared lost, with later ones present.
create view gap as
select s.device, printf('%016x', s.epoch) as epoch,
       1 + coalesce(
           lag(e.value ->> 1) over (partition by s.device, s.epoch order by e.key), s.cumulative) as first,
       (e.value ->> 0) - 1 as last
from device_state s, json_each(s.ranges) e;
