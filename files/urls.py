from django.urls import path

from files.views import exports, imports

urlpatterns = [
    path("files", imports.files, name="files"),
    path("files/lists/<str:name>", exports.one, name="export"),
    path("files/<int:import_id>", imports.one, name="file_import"),
    path("files/<int:import_id>/start", imports.start, name="start_import"),
    path("files/<int:import_id>/undo", imports.undo, name="undo_import"),
    path("files/<int:import_id>/drop", imports.drop, name="drop_import"),
]
