"""Requests and responses of monitoring. Energies in kWh (six decimals), powers in W, times in UTC."""
