-- What the statements of the case files speak of; a line `--- NAME` stands before each dataset's query.
--- staff
SELECT * FROM (VALUES
    (1, 'Ada', 'engines', NULL, DATE '1815-12-10', 9100.50::DECIMAL(12,2), ['maths', 'poetry'], {'city': 'London', 'zip': '00501'}, MAP {'day': 7, 'night': 9}),
    (2, 'Grace', 'engines', 1, DATE '1906-12-09', 8800.00, ['cobol'], {'city': 'New York', 'zip': '10001'}, MAP {'day': 6}),
    (3, 'Edsger', 'proofs', 1, DATE '1930-05-11', NULL, [], {'city': 'Rotterdam', 'zip': NULL}, MAP {}),
    (4, 'Barbara', 'proofs', 3, DATE '1939-11-07', 8800.00, ['clu', 'liskov', NULL], NULL, NULL),
    (5, 'Łukasz', NULL, 2, NULL, -3.25, NULL, {'city': 'Łódź', 'zip': '90-001'}, MAP {'day': NULL, 'night': 1}))
AS t(id, name, team, boss, born, pay, skills, home, rates)
--- visits
SELECT range AS id, 1 + range % 6 AS staff_id, TIMESTAMP '2024-01-01 08:00:00' + INTERVAL (range * 7) HOUR AS made,
    CASE WHEN range % 11 = 0 THEN NULL ELSE (range * 37) % 101 END AS minutes, 'v' || range % 4 AS kind FROM range(120)
--- prices
SELECT * FROM (VALUES (TIMESTAMP '2024-01-01 00:00:00', 10.0::DOUBLE), (TIMESTAMP '2024-01-09 12:00:00', 12.5),
    (TIMESTAMP '2024-01-20 00:00:00', NULL), (TIMESTAMP '2024-02-01 00:00:00', 11.25)) AS t(since, price)
--- sales
SELECT * FROM (VALUES ('north', 'tea', 1, 10), ('north', 'tea', 2, 12), ('north', 'ink', 1, 5), ('south', 'tea', 1, 7), ('south', 'ink', 2, NULL),
    (NULL, 'tea', 2, 3)) AS t(region, product, quarter, amount)
