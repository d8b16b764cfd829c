"""Results as tables and as one page."""

from caresim.views.report.summary import summary_html
from caresim.views.report.tables import annual_csv, columns_csv, intervals_csv, spending_csv

__all__ = ["annual_csv", "columns_csv", "intervals_csv", "spending_csv", "summary_html"]
