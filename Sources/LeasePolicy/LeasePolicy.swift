// LeasePolicy
