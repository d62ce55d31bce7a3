"""A department's whole catalogue as one workbook: taken out, edited, compared, landed as one change."""
