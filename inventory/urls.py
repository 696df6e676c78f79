from django.urls import path

from inventory.views import counts

urlpatterns = [
    path("counts", counts.counts, name="counts"),
    path("counts/new", counts.open_count, name="open_count"),
    path("counts/<str:number>", counts.count, name="count"),
    path("counts/<str:number>/book", counts.book_count, name="book_count"),
    path("counts/<str:number>/drop", counts.drop_count, name="drop_count"),
    path("counts/<str:number>/entries", counts.count_entry, name="count_entry"),
    path("counts/<str:number>/entries/<int:entry_id>/take-back", counts.take_back_entry, name="take_back_entry"),
    path("counts/<str:number>/paper", counts.count_paper, name="count_paper"),
    path("counts/<str:number>/recount", counts.count_recount, name="count_recount"),
    path("counts/<str:number>/review", counts.count_review, name="count_review"),
    path("counts/<str:number>/undo", counts.undo_count, name="undo_count"),
]
