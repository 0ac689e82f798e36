"""The set-up of a desk, without a window: what a stick holds, what was chosen, what is carried on.

`places` and `look` find, `choices` makes settings of what was chosen, `carry` takes a set-up to other
desks, `pin` keeps the PIN of the kiosk. The window that asks is `vaxpass_cli.scan.window.assistant`.
"""
