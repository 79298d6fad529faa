-- What the import is measured against: the same six files into six tables without keys.
CREATE TABLE plain_enterprises (id bigint, uscc text, name text, status text, ent_type text, legal_rep text, registered_capital numeric, established_on date, approved_on date, closed_on date, region_code integer, city text, county text, address text, industry_code text, industry text, business_scope text, authority text, employees integer, phone text);
CREATE TABLE plain_licences (id bigint, enterprise_id bigint, licence_no text, name text, authority text, valid_from date, valid_to date);
CREATE TABLE plain_inspections (id bigint, enterprise_id bigint, kind text, result text, authority text, inspected_on date);
CREATE TABLE plain_penalties (id bigint, enterprise_id bigint, doc_no text, category text, violation text, legal_basis text, decision text, amount numeric, authority text, decided_on date, published_on date);
CREATE TABLE plain_abnormals (id bigint, enterprise_id bigint, reason_in text, date_in date, reason_out text, date_out date, authority text);
CREATE TABLE plain_reports (id bigint, enterprise_id bigint, year integer, submitted_on date, employees integer, total_assets numeric, liabilities numeric, revenue numeric, net_profit numeric, tax numeric, social_insured integer);
\copy plain_enterprises FROM 'enterprises.csv' CSV HEADER
\copy plain_licences FROM 'licences.csv' CSV HEADER
\copy plain_inspections FROM 'inspections.csv' CSV HEADER
\copy plain_penalties FROM 'penalties.csv' CSV HEADER
\copy plain_abnormals FROM 'abnormals.csv' CSV HEADER
\copy plain_reports FROM 'reports.csv' CSV HEADER
