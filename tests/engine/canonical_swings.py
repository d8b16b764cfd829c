"""Canonical models that swing, with their solutions: springs, a pendulum, limit cycles, chaos."""

from __future__ import annotations

import numpy as np
from canonical import Case, solved
from scipy.special import ellipj, ellipk

from caresim.language import Aux, Flow, Model, Parameters, Stock, cloud


class Spring(Model):
    parameters = p = Parameters.of(place_0=(1.0, "metre"), frequency=(2.0, "1/year"))
    place = Stock("Place", "metre", p.place_0, signed=True)
    speed = Stock("Speed", "metre/year", 0, signed=True)
    moving = Flow("Moving", cloud >> place, speed)
    pulled = Flow("Pulled", speed >> cloud, p.frequency**2 * place)


def spring(t, q):
    turn = q.frequency * t
    return {
        "place": q.place_0 * np.cos(turn),
        "speed": -q.place_0 * q.frequency * np.sin(turn),
        "moving": q.place_0 * (np.cos(turn) - 1),
    }


class Damped(Model):
    parameters = p = Parameters.of(
        place_0=(1.0, "metre"), frequency=(2.0, "1/year"), friction=(0.4, "1/year")
    )
    place = Stock("Place", "metre", p.place_0, signed=True)
    speed = Stock("Speed", "metre/year", 0, signed=True)
    moving = Flow("Moving", cloud >> place, speed)
    pulled = Flow("Pulled", speed >> cloud, p.frequency**2 * place + p.friction * speed)


def damped(t, q):
    half = q.friction / 2
    pace = np.sqrt(q.frequency**2 - half**2)
    fading = q.place_0 * np.exp(-half * t)
    return {
        "place": fading * (np.cos(pace * t) + half / pace * np.sin(pace * t)),
        "speed": -fading * q.frequency**2 / pace * np.sin(pace * t),
    }


class Pendulum(Model):
    """Sine and cosine of the angle are stocks, since the language has neither.

    ``reach`` is the sine of half the largest angle, from which it starts at rest.
    """

    parameters = p = Parameters.of(reach=0.8, frequency=(1.5, "1/year"))
    sine = Stock("Sine of the angle", "1", 2 * p.reach * (1 - p.reach**2) ** 0.5, signed=True)
    cosine = Stock("Cosine of the angle", "1", 1 - 2 * p.reach**2, signed=True)
    speed = Stock("Angular speed", "1/year", 0, signed=True)
    rising = Flow("Change of the sine", cloud >> sine, cosine * speed)
    falling = Flow("Change of the cosine", cosine >> cloud, sine * speed)
    pulled = Flow("Gravity", speed >> cloud, p.frequency**2 * sine)


def pendulum(t, q):
    modulus = q.reach**2
    sn, cn, dn, _ = ellipj(q.frequency * t + ellipk(modulus), modulus)
    return {
        "sine": 2 * q.reach * sn * dn,
        "cosine": 1 - 2 * (q.reach * sn) ** 2,
        "speed": 2 * q.reach * q.frequency * cn,
    }


class Duffing(Model):
    """A spring that stiffens as it is drawn out."""

    parameters = p = Parameters.of(
        place_0=(1.2, "metre"), stiffness=(1.0, "1/year^2"), more=(0.8, "1/metre^2/year^2")
    )
    place = Stock("Place", "metre", p.place_0, signed=True)
    speed = Stock("Speed", "metre/year", 0, signed=True)
    moving = Flow("Moving", cloud >> place, speed)
    pulled = Flow("Pulled", speed >> cloud, p.stiffness * place + p.more * place**3)


def duffing(t, q):
    pace = np.sqrt(q.stiffness + q.more * q.place_0**2)
    sn, cn, dn, _ = ellipj(pace * t, q.more * q.place_0**2 / (2 * pace**2))
    return {"place": q.place_0 * cn, "speed": -q.place_0 * pace * sn * dn}


class VanDerPol(Model):
    parameters = p = Parameters.of(place_0=1.0, drive=(0.8, "1/year"), stiffness=(1.0, "1/year^2"))
    place = Stock("Place", "1", p.place_0, signed=True)
    speed = Stock("Speed", "1/year", 0, signed=True)
    moving = Flow("Moving", cloud >> place, speed)
    driven = Flow("Driven", cloud >> speed, p.drive * (1 - place**2) * speed - p.stiffness * place)


def van_der_pol(t, q):
    def slope(_, y):
        return [y[1], q.drive * (1 - y[0] ** 2) * y[1] - q.stiffness * y[0]]

    place, speed = solved(slope, [q.place_0, 0.0], t)
    return {"place": place, "speed": speed}


class Roessler(Model):
    """Chaos over a horizon too short for it to show."""

    parameters = p = Parameters.of(pace=(1.0, "1/year"), a=0.2, b=0.2, c=5.7, x_0=1.0, y_0=1.0)
    x = Stock("X", "1", p.x_0, signed=True)
    y = Stock("Y", "1", p.y_0, signed=True)
    z = Stock("Z", "1", 0)
    gap = Aux("How far x is from c", x - p.c)
    of_x = Flow("Change of x", x >> cloud, p.pace * (y + z))
    of_y = Flow("Change of y", cloud >> y, p.pace * (x + p.a * y))
    of_z = Flow("Change of z", cloud >> z, p.pace * (p.b + z * gap))


def roessler(t, q):
    def slope(_, s):
        x, y, z = s
        return q.pace * np.array([-y - z, x + q.a * y, q.b + z * (x - q.c)])

    x, y, z = solved(slope, [q.x_0, q.y_0, 0.0], t)
    return {"x": x, "y": y, "z": z}


SWINGS = {
    "spring": Case(Spring, spring, within=1e-6, orders=(16, 1024)),
    "damped spring": Case(Damped, damped, within=1e-6, orders=(16, 512)),
    "pendulum": Case(Pendulum, pendulum, within=1e-6, orders=(32, 1024)),
    "Duffing": Case(Duffing, duffing, within=1e-6, orders=(16, 1024)),
    "van der Pol": Case(VanDerPol, van_der_pol, within=1e-6, orders=(16, 512)),
    "Rössler": Case(Roessler, roessler, within=1e-6, orders=(32, 512)),
}
