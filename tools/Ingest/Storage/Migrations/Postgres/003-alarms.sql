-- Version 3. Which alarms stand in the whole fleet is asked of the newest boot of every device.
create index record_alarm on record (device, epoch, boot_id) where kind = 2;
