"""One value, many listeners: nobody misses the newest, nobody waits for another, nothing piles up."""

import asyncio

from kit.newest import SLICE, Listener, Newest


async def heard_by(listener: Listener, heard: list[bytes]) -> None:
    while (value := await listener.hear()) is not None:
        heard.append(value)


async def test_listener_begins_with_the_value_as_it_stands() -> None:
    newest = Newest()
    await newest.put(b"1")
    await newest.put(b"2")
    assert await Listener(newest).hear() == b"2"


async def test_every_listener_hears_every_change_and_the_end() -> None:
    newest, heard = Newest(), [list[bytes]() for _ in range(3 * SLICE)]
    await newest.put(b"1")
    listening = [asyncio.create_task(heard_by(Listener(newest), each)) for each in heard]
    await asyncio.sleep(0)
    for value in (b"2", b"3"):
        await newest.put(value)
        await asyncio.sleep(0)
    newest.end()
    await asyncio.wait_for(asyncio.gather(*listening), 5)
    assert heard == [[b"1", b"2", b"3"]] * (3 * SLICE)


async def test_slow_listener_skips_what_came_meanwhile() -> None:
    newest = Newest()
    await newest.put(b"1")
    slow = Listener(newest)
    await slow.hear()
    for number in range(2, 1000):
        await newest.put(b"%d" % number)
    assert await slow.hear() == b"999"


async def test_beat_reaches_those_who_wait_and_a_value_goes_before_it() -> None:
    newest, heard = Newest(), list[bytes]()
    await newest.put(b"1")
    listening = asyncio.create_task(heard_by(Listener(newest), heard))
    await asyncio.sleep(0)
    await newest.beat(b"beat", 0.01)
    assert heard == [b"1", b"beat"]
    beating = asyncio.create_task(newest.beat(b"beat", 30.0))
    await newest.put(b"2")
    await asyncio.sleep(0)
    assert heard[-1] == b"2"
    beating.cancel()
    listening.cancel()


async def test_listeners_that_left_are_forgotten_by_the_next_change() -> None:
    newest = Newest()
    await newest.put(b"1")
    listening = [asyncio.create_task(heard_by(Listener(newest), [])) for _ in range(100)]
    await asyncio.sleep(0)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    await newest.put(b"2")
    assert len(newest.waiting) == 0
