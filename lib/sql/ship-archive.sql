-- Which archive this is, its database, and whether nothing can be written there.
select t.id, current_database(), current_setting('transaction_read_only') = 'on'
from audit.trail t
