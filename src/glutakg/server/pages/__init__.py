"""The pages: functions from rows to HTML."""
