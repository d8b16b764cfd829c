"""The loops of a compiled simulation: blocks of runs, steps, moments, stages, and what to save."""

from __future__ import annotations

from string import Template

__all__ = ["FRAME"]

# Each word after a dollar sign is a section that kernel_source.py writes. L is how many runs are in
# a block, V the type of a vector of numbers, M of truth values.
FRAME = Template("""
declare i1 @llvm.vector.reduce.and.v${L}i1($M)
declare $V @llvm.sqrt.v${L}f64($V)

define void @run(ptr %parameters, ptr %starts, ptr %steps, ptr %saves, ptr %restarts, ptr %levels,
                 ptr %rates, ptr %turnover, ptr %faults, ptr %tableau, i64 %first, i64 %last,
                 i64 %stride, i64 %n_steps, i64 %per_save, i64 %stages) {
entry:
$room
  %spans = udiv i64 %n_steps, %per_save
  %n_saves = add i64 %spans, 1
  br label %block
block:
  %b = phi i64 [ %first, %entry ], [ %b_next, %block_end ]
  %column = mul i64 %b, $L
$begin
  br label %saving
loop:
$clear
  %restarting = getelementptr i8, ptr %restarts, i64 %k
  %restart = load i8, ptr %restarting
  %jump = icmp ne i8 %restart, 0
  %k3 = mul i64 %k, 3
  br i1 %jump, label %moment, label %carry
carry:
$carry
  br label %moment
moment:
  %m = phi i64 [ 0, %loop ], [ 1, %carry ], [ %m_next, %moment ]
  %moment_row = add i64 %k3, %m
$moment
  %m_next = add i64 %m, 1
  %more_moments = icmp slt i64 %m_next, 3
  br i1 %more_moments, label %moment, label %stage
stage:
  %s = phi i64 [ 0, %moment ], [ %s_next, %stage ]
  %s_next = add i64 %s, 1
  %s_moment = lshr i64 %s_next, 1
  %stage_row = add i64 %k3, %s_moment
$stage
  %more_stages = icmp slt i64 %s_next, %stages
  br i1 %more_stages, label %stage, label %ended
ended:
$advance
  %done = add i64 %k, 1
  %over = urem i64 %done, %per_save
  %due = icmp eq i64 %over, 0
  br i1 %due, label %saving, label %guard
saving:
  %saved = phi i64 [ 0, %block ], [ %done, %ended ]
  %at = udiv i64 %saved, %per_save
$save
  %is_first = icmp eq i64 %saved, 0
  br i1 %is_first, label %guard, label %summing
summing:
  %before = sub i64 %at, 1
$sums
  br label %guard
guard:
  %k = phi i64 [ %done, %ended ], [ %saved, %saving ], [ %saved, %summing ]
$guard
  %fine = call i1 @llvm.vector.reduce.and.v${L}i1($M %good)
  br i1 %fine, label %next, label %fault
next:
  %more = icmp slt i64 %k, %n_steps
  br i1 %more, label %loop, label %block_end
fault:
  %whose = getelementptr i64, ptr %faults, i64 %b
  %bits = bitcast $M %good to i$L
  %wide = zext i$L %bits to i64
  %mask = xor i64 %wide, $all
  store i64 %mask, ptr %whose
  br label %block_end
block_end:
$finish
  %b_next = add i64 %b, 1
  %more_blocks = icmp slt i64 %b_next, %last
  br i1 %more_blocks, label %block, label %exit
exit:
  ret void
}
""")
