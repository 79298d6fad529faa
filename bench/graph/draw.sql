-- What the load asks about, drawn from the database: the same for every system and every run.
-- Cities come up as often as they have enterprises, statuses as often as they are.
WITH drawn AS (
    SELECT uscc, city_code, status,
        (ARRAY[100, 500, 1000, 5000])[1 + abs(hashint8extended(id, 7)) % 4] AS capital_wan
    FROM enterprises ORDER BY hashint8extended(id, 42) LIMIT 5000
), punished AS (
    SELECT e.uscc FROM (SELECT enterprise_id FROM penalties ORDER BY hashint8extended(id, 42) LIMIT 5000) p
    JOIN enterprises e ON e.id = p.enterprise_id
)
SELECT json_build_object(
    'enterprises', (SELECT json_agg(drawn) FROM drawn),
    'punished', (SELECT json_agg(uscc) FROM punished),
    'rows', json_build_object(
        'enterprises', (SELECT count(*) FROM enterprises),
        'penalties', (SELECT count(*) FROM penalties),
        'annual reports', (SELECT count(*) FROM annual_reports)),
    'server', split_part(version(), ' (', 1)
);
