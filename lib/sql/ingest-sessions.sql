-- What is known of the sessions of a log.
--  $1 which server's log it is
select s.state
from audit.log_session s
where s.system = $1
order by s.session
