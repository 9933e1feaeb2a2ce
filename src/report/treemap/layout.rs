//! Weights, largest first -> boxes that fill a rectangle. A row of boxes is filled while the worst of them becomes squarer, then
//! the next row starts beside it. Time is linear.

/// A box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A number of items as a length.
#[expect(clippy::cast_precision_loss, reason = "a picture shows no more than four digits of it")]
pub(super) fn of(count: u64) -> f64 {
    count as f64
}

/// A box for each weight, in their order; areas are as the weights. Weights are sorted, largest first, and above 0.
pub(super) fn squarify(weights: &[u64], whole: Rect) -> Vec<Rect> {
    let total: f64 = weights.iter().map(|weight| of(*weight)).sum();
    let scale = if total > 0.0 { whole.width * whole.height / total } else { 0.0 };
    let areas: Vec<f64> = weights.iter().map(|weight| of(*weight) * scale).collect();
    let mut boxes = Vec::with_capacity(areas.len());
    let (mut left, mut rest) = (whole, &*areas);
    while !rest.is_empty() {
        let side = left.width.min(left.height);
        let mut count = 1;
        let mut sum = rest[0];
        while let Some(next) = rest.get(count) {
            let before = worst(rest[0], rest[count - 1], sum, side);
            if worst(rest[0], *next, sum + next, side) > before {
                break;
            }
            sum += next;
            count += 1;
        }
        let (row, behind) = rest.split_at(count);
        left = lay_row(row, sum, left, &mut boxes);
        rest = behind;
    }
    boxes
}

/// The worst ratio of sides in a row of this area, along a side.
fn worst(largest: f64, smallest: f64, sum: f64, side: f64) -> f64 {
    let thickness = sum / side.max(f64::MIN_POSITIVE);
    let ratio = |area: f64| {
        let length = area / thickness.max(f64::MIN_POSITIVE);
        (length / thickness).max(thickness / length)
    };
    ratio(largest).max(ratio(smallest))
}

/// Lays a row along the shorter side, and gives what is left beside it.
fn lay_row(row: &[f64], sum: f64, left: Rect, boxes: &mut Vec<Rect>) -> Rect {
    let along_height = left.width >= left.height;
    let side = if along_height { left.height } else { left.width };
    let thickness = if side > 0.0 { sum / side } else { 0.0 };
    let mut at = 0.0;
    for area in row {
        let length = if thickness > 0.0 { area / thickness } else { 0.0 };
        boxes.push(if along_height {
            Rect { x: left.x, y: left.y + at, width: thickness, height: length }
        } else {
            Rect { x: left.x + at, y: left.y, width: length, height: thickness }
        });
        at += length;
    }
    if along_height {
        Rect { x: left.x + thickness, width: (left.width - thickness).max(0.0), ..left }
    } else {
        Rect { y: left.y + thickness, height: (left.height - thickness).max(0.0), ..left }
    }
}
