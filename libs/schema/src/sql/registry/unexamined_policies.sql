-- Of those who have one only: most systems have none, and record_verdicts looks here for each of their errors.
CREATE VIEW registry.unexamined_policies AS
  SELECT r.id AS registration_id, r.unexamined_policy AS policy, r.unexamined_policy_version AS version
  FROM registry.registrations r WHERE r.unexamined_policy <> '{}';
