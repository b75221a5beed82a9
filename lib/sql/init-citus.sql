-- An archive database makes use of Citus, if it is there.
select audit.use_citus()
