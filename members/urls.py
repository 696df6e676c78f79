from django.urls import path

from members import manager_views, views

urlpatterns = [
    path("members", views.member_list, name="member_list"),
    path("members/new", views.register_member_page, name="register_member_page"),
    path("members/<str:number>", views.member_detail, name="member_detail"),
    path("members/<str:number>/edit", views.edit_member, name="edit_member"),
    path("members/<str:number>/vip", views.grant_vip, name="grant_vip"),
    path("members/<str:number>/vip/withdraw", views.withdraw_vip, name="withdraw_vip"),
    path("members/<str:number>/erase", manager_views.erase_member, name="erase_member"),
    path("members/<str:number>/merge", manager_views.merge_double, name="merge_double"),
    path("members/<str:number>/points", manager_views.correct_points, name="correct_points"),
    path("members/<str:number>/pin", views.change_member_pin, name="change_member_pin"),
]
