-- What operators set up for themselves: filters they keep, and a second factor.

CREATE TABLE registry.alert_views (
  id uuid PRIMARY KEY,
  owner_id uuid NOT NULL REFERENCES registry.operators (id) ON DELETE CASCADE,
  name text NOT NULL,
  -- The filter as it stands in a page's address.
  query text NOT NULL,
  is_shared boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- One's own, to be listed and counted.
CREATE INDEX alert_views_by_owner ON registry.alert_views (owner_id);

CREATE TABLE registry.second_factors (
  operator_id uuid PRIMARY KEY REFERENCES registry.operators (id) ON DELETE CASCADE,
  -- Base32, as authenticator apps take it. Codes are made from it, so it can't be hashed.
  secret text NOT NULL,
  -- Null until a code has shown that the app has it; the sign-in asks for none before.
  confirmed_at timestamptz,
  -- The newest step a code was taken of: none works twice.
  last_step bigint NOT NULL DEFAULT 0
);
