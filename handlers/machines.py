"""Where the hall's own machines begin: the page each is opened with, its key behind the #, which is sent nowhere."""

from hall.places.devices import Device, DeviceKind

PAGES = {DeviceKind.KIOSK: "/kiosk/{hall}#{key}", DeviceKind.TABLET: "/rate/{hall}/{counter}#{key}"}


def page_of(device: Device, key: str) -> str:
    return PAGES[device.kind].format(hall=device.hall_id, counter=device.counter, key=key)
