-- erase: removes personal values from events, and keeps what their hashes need.

comment on column audit.event.redacted is 'the columns whose values have been erased; with @, keys of the event';
