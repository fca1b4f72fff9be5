-- Version 2: what a start and a retention need is in the state of a store, readings carry their time as a number too, and
-- a device's records of a time are found without reading all of them.

-- Highest key version of any record committed; a record sealed later with a lower one is a downgrade.
alter table device_state add column key_version integer not null default 0;
-- Records up to this sequence may have been removed by retention; one that comes again is still a double.
alter table device_state add column pruned_through integer not null default 0;

update device_state set key_version = coalesce(
    (select r.key_version from record r where r.device = device_state.device and r.epoch = device_state.epoch
        and r.sequence = device_state.last_sequence), 0);

create index record_time on record (device, utc_ms);

drop view reading;
create view reading as
select device, epoch, sequence, kind, boot_id, monotonic_ms,
       strftime('%Y-%m-%dT%H:%M:%fZ', utc_ms / 1000.0, 'unixepoch') as utc,
       utc_source, utc_uncertainty_ms, time_quality, spo2_percent, spo2_status, pulse_per_minute, pulse_status,
       perfusion_percent, perfusion_status, quality_percent, quality_status, temperature_celsius, temperature_status,
       received_utc, utc_ms
from (
    select r.device,
           printf('%016x', r.epoch) as epoch,
           r.sequence,
           'reading' as kind,
           r.boot_id,
           e.value ->> 0 as monotonic_ms,
           coalesce(
               case r.time_quality when 2 then e.value ->> 1 end, a.utc_ms + (e.value ->> 0) - a.monotonic_ms,
               e.value ->> 1) as utc_ms,
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
    where r.kind = 1);
