-- How far the files of a log were read.
--  $1 which server's log it is
select encode(f.head, 'hex'), f.name, f.inode, f."offset", f.done
from audit.log_file f
where f.system = $1
order by f.seen
