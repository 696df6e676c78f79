from django.urls import path

from inventory.views import goods_receipts, orders, receiving, suppliers

urlpatterns = [
    path("buying/suppliers", suppliers.suppliers, name="suppliers"),
    path("buying/suppliers/new", suppliers.new_supplier, name="new_supplier"),
    path("buying/suppliers/<int:supplier_id>", suppliers.supplier, name="supplier"),
    path("buying/suppliers/<int:supplier_id>/articles", suppliers.put_article, name="put_article"),
    path("buying/articles/<int:article_id>/drop", suppliers.drop_article, name="drop_article"),
    path("buying/orders", orders.orders, name="orders"),
    path("buying/orders/<str:number>", orders.order, name="order"),
    path("buying/orders/<str:number>/send", orders.send_order, name="send_order"),
    path("buying/orders/<str:number>/close", orders.close_order, name="close_order"),
    path("buying/orders/<str:number>/pdf", orders.order_paper, name="order_paper"),
    path("buying/orders/<str:number>/receive", receiving.begin_receipt, name="begin_receipt"),
    path("buying/receive", receiving.receive, name="receive"),
    path("buying/receive/find", receiving.find_goods, name="find_goods"),
    path("buying/receive/head", receiving.set_head, name="receipt_head"),
    path("buying/receive/scan", receiving.scan_goods, name="scan_goods"),
    path("buying/receive/all", receiving.all_came, name="all_came"),
    path("buying/receive/drop", receiving.drop_receipt, name="drop_receipt"),
    path("buying/receive/book", receiving.book_receipt, name="book_receipt"),
    path("buying/receive/goods/<int:product_id>", receiving.count_goods, name="count_goods"),
    path("buying/receipts", goods_receipts.goods_receipts, name="receipts_of_goods"),
    path("buying/receipts/<str:number>", goods_receipts.goods_receipt, name="goods_receipt"),
    path("buying/receipts/<str:number>/reverse", goods_receipts.reverse_receipt, name="reverse_receipt"),
    path("buying/receipts/<str:number>/return", goods_receipts.send_goods_back, name="send_goods_back"),
]
