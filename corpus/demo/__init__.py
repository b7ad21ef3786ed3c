"""Données de démonstration de Foulée, entreprise fictive / demo data of Foulée, a fictional company."""
