-- What a superuser can do: take the guard away, and change what was recorded.

do $$
declare part regclass;
begin
	for part in select relid from pg_partition_tree('audit.event') loop
		execute format('alter table %s disable trigger "!audit_guard"', part);
	end loop;
	update audit.event
	set new = new || '{"credit_limit": 750000}'
	where "table" = 'res_partner' and new ? 'credit_limit'
	and op = 'update' and actor = 'bob';
	for part in select relid from pg_partition_tree('audit.event') loop
		execute format('alter table %s enable always trigger "!audit_guard"', part);
	end loop;
end $$;
