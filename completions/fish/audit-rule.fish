# completion of audit-rule for fish

function __audit_rule_rules
	audit-rule list 2>/dev/null </dev/null | string replace -rf '^{"rule":"([^"]*)".*' '$1'
end

function __audit_rule_tables
	psql -XAtqc "select case when n.nspname = 'public' then '' else
		quote_ident(n.nspname) || '.' end || quote_ident(c.relname)
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and n.nspname !~ '^pg_'
		and n.nspname not in ('information_schema', 'audit')" 2>/dev/null </dev/null
end

function __audit_rule_roles
	psql -XAtqc "select rolname from pg_roles where rolname !~ '^pg_'" 2>/dev/null </dev/null
end

complete -c audit-rule -n 'not __fish_seen_subcommand_from apply' -f
complete -c audit-rule -n __fish_use_subcommand -a 'init add plan list show enable disable remove apply skip check grant revoke uninstall'
complete -c audit-rule -n '__fish_seen_subcommand_from add plan skip' -a '(__audit_rule_tables)'
complete -c audit-rule -n '__fish_seen_subcommand_from show enable disable remove' -a '(__audit_rule_rules)'
complete -c audit-rule -n '__fish_seen_subcommand_from grant revoke' -a 'app reader auditor operator ingester sealer purger admin shipper (__audit_rule_roles)'
complete -c audit-rule -l archive -d 'an archive database'
complete -c audit-rule -l events-a-day -x -d 'plan: an archive database of so many events'
complete -c audit-rule -l capture -x -a 'auto native portable' -d 'by a module of the server, or by PL/pgSQL'
complete -c audit-rule -l event-trigger -d 'cover new tables at once, record DDL'
complete -c audit-rule -l seal-key -r -F -d 'the public key of the first signed seal'
complete -c audit-rule -l name -x -d 'one rule of this name'
complete -c audit-rule -l ops -x -a 'insert update delete truncate read' -d 'which operations'
complete -c audit-rule -l groups -x -d 'only what members of these groups do'
complete -c audit-rule -l actors -x -d 'only what these users do'
complete -c audit-rule -l except-actors -x -d 'not what these users do'
complete -c audit-rule -l ignore -x -d 'a change of these alone is none'
complete -c audit-rule -l exclude -x -d 'never store these'
complete -c audit-rule -l mask -x -d 'store only that these changed'
complete -c audit-rule -l read-columns -x -d 'read: only of these'
complete -c audit-rule -l when -x -d 'only rows for which this is true'
complete -c audit-rule -l label -x -d 'what people call a record'
complete -c audit-rule -l actor-column -x -d 'holds the user'
complete -c audit-rule -l related -d 'the tables that reference these, too'
complete -c audit-rule -l keep-bytes -d 'store bytea columns whole'
complete -c audit-rule -l require-session -d 'refuse what is not done in a live session'
complete -c audit-rule -l on-error -x -a 'fail warn' -d 'no change without its event, or warn'
complete -c audit-rule -l disabled -d 'do not enable it yet'
complete -c audit-rule -l prune -d 'remove the rules that are not among the lines'
complete -c audit-rule -l missing -d 'mend what check found'
complete -c audit-rule -l why -x -d 'why this table is left out'
complete -c audit-rule -l all -d 'tables without a rule, too'
complete -c audit-rule -l summary -d 'say how many holes there are'
complete -c audit-rule -l drop-trail -d 'drop the events and schema audit as well'
complete -c audit-rule -l wait -x -d 'for a lock on a table'
complete -c audit-rule -s t -l table -x -a '(__audit_rule_tables)' -d 'a reader: only the events of these'
complete -c audit-rule -s f -l format -x -a 'json table' -d 'form of the output'
complete -c audit-rule -s n -l dry-run -d 'only print what would be done'
complete -c audit-rule -s v -l verbose -d 'say what was done'
complete -c audit-rule -s y -l yes -d 'do not ask'
complete -c audit-rule -s d -l db -x -d 'connection string or URI'
complete -c audit-rule -s h -l help -d 'print a help text'
complete -c audit-rule -s V -l version -d 'print the version'
