-- The engine at work.
select audit.engine()
