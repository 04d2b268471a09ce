CREATE VIEW registry.setting_values AS
  SELECT key, value, revision FROM registry.settings;
