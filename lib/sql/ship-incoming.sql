-- What ship-events.sql gives goes there.
copy pg_temp.incoming from stdin (format binary)
