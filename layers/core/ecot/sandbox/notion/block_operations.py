"""What can be asked of a page's blocks: which databases and pages stand on it."""

from ecot.sandbox.messages import Request
from ecot.sandbox.notion import bodies
from ecot.sandbox.notion.asked import Context
from ecot.sandbox.notion.dates import to_the_minute
from ecot.sandbox.notion.paging import one_page, page_size
from ecot.sandbox.notion.records import Database, Json, Page
from ecot.sandbox.notion.text import plain_text
from ecot.sandbox.notion.workspace import Workspace


def children(context: Context, request: Request, identifier: str) -> Json:
    """The blocks of a page, of which this workspace knows databases and pages; the trash is not
    listed. The id of such a block is that of what it shows (guide "Working with databases", 2026).
    """
    page = context.world.page(identifier)
    shown = [_body(context.world, each) for each in _inside(context.world, page)]
    sizes = request.values("page_size")
    size = page_size(int(sizes[0]) if sizes else None, "query.page_size")
    cursor = next(iter(request.values("start_cursor")), None)
    ids = [each["id"] for each in shown]
    most = min(size, context.most_per_answer)
    part, said = one_page(context.cursors, ids, cursor, f"{page.id}/children", most)
    return bodies.list_body(shown[part], said, "block")


def _inside(world: Workspace, page: Page) -> list[Database | Page]:
    things: list[Database | Page] = [*world.databases.values(), *world.pages_by_id.values()]
    kept = (each for each in things if each.parent_id == page.id and not each.in_trash)
    return sorted(kept, key=lambda each: each.created)


def _body(world: Workspace, thing: Database | Page) -> Json:
    is_page = isinstance(thing, Page)
    title = world.title(thing) if isinstance(thing, Page) else plain_text(thing.title)
    kind = "child_page" if is_page else "child_database"
    return {
        "object": "block",
        "id": thing.id,
        "parent": {"type": "page_id", "page_id": thing.parent_id},
        "created_time": to_the_minute(thing.created),
        "last_edited_time": to_the_minute(thing.edited),
        "created_by": {"object": "user", "id": thing.created_by},
        "last_edited_by": {"object": "user", "id": thing.edited_by},
        "has_children": is_page,
        "in_trash": False,
        "type": kind,
        kind: {"title": title},
    }
