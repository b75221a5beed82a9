-- how values are written here
SET LOCAL intervalstyle = 'postgres';
SET LOCAL lc_monetary = 'C';
SET LOCAL xmloption = 'content';
SET LOCAL array_nulls = on;
SET CONSTRAINTS ALL DEFERRED;
