-- Version 2. Webhooks walk the records by their number, and ask for the newest; on SQLite the number is the row's own.
create index record_number on record (id);
