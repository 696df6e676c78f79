class BackupTrouble(Exception):
    """Says in one sentence why a backup or a restore was not done. Nothing half done is left behind."""
