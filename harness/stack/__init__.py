"""What runs: Redis, the firewall, one fixture per profile. The only room that starts programs."""
