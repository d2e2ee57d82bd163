"""The desk's frame: its menu, what it says after a post, and the bar of long work."""

from app.kernel import clock, progress


def test_the_menu_leads_to_what_one_may_open_and_to_nothing_else(app, staff):
    administrator = staff("administrator", "*").get("/en/desk/un75").get_data(as_text=True)
    observer = staff("observer").get("/en/desk/un75").get_data(as_text=True)
    assert "/en/desk/un75" in administrator and "/en/desk/un75" in observer
    assert administrator.count('<li><a href="/en/desk/') > observer.count('<li><a href="/en/desk/')


def test_long_work_says_how_far_it_is_and_asks_again_until_it_has_ended(staff, session):
    client = staff("campaigner")
    work_id = progress.begin("test.work", actor=client.staff_id, now=clock.now(), total=40, campaign="un75")
    progress.step(work_id, 10)
    session.commit()
    answer = client.get(f"/en/desk/work/{work_id}")
    assert answer.headers["Refresh"] and 'value="10"' in answer.get_data(as_text=True)
    progress.finish(work_id, clock.now(), {"rows": 40})
    session.commit()
    assert "Refresh" not in client.get(f"/en/desk/work/{work_id}").headers


def test_somebody_elses_work_is_no_page(staff, session):
    work_id = progress.begin("test.work", actor=999, now=clock.now())
    session.commit()
    assert staff("campaigner").get(f"/en/desk/work/{work_id}").status_code == 404
