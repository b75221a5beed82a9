-- Which trail this is.
select id from audit.trail
