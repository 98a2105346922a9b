"""A Redis Cluster: several servers, each with a part of the keys, that are spoken to as to one."""
