-- Nobody has anything on the trail but its owner.
select audit.reset_privileges()
