; izh_link_small.s: the device's half of the link as a program for izh_micro
; SPDX-License-Identifier: Apache-2.0
; docs/link.md says what has to be done; tools/assemble_link.py, what the instructions are. Positions in ring and
; frames are their low 8 bits: not more than 127 bytes of the ring are in use.

.in     2 ENDED             ; behind the last zero that has come
.in     3 AT                ; the next byte of the ring to leave
.in     4 DATA              ; low byte of the word of an access
.in     5 SUM               ; low byte of the checksum's register
.in     6 WORD_LOW          ; of the stream
.in     7 WORD_HIGH
.in     8 OVERRUNS          ; counts modulo 256
.in     9 ERRORS

.out    2 ADDRESS           ; shifts in at the top, as DATA and SUM_MOVE do
.out    3 DATA
.out    4 SUM               ; a byte into the checksum, eight clocks
.out    5 SUM_MOVE
.out    6 SUM_CLEAR
.out    7 AT                ; go on there, a zero first
.out    8 STOP              ; nothing at or behind it leaves; ends a halt
.out    9 HALT
.out    10 READ
.out    11 WRITE
.out    12 STIMULUS
.out    13 TAKE             ; the word of the stream; the next one stands an instruction later
.out    14 MODE
.out    15 PACE
.out    17 TAIL             ; bytes that came before it are read,
.out    18 DROP             ; or dropped: and no zero has come
.out    16 RESET            ; of the engine, and of what stands around the machine

.flag   0 word              ; the stream has one
.flag   1 busy              ; an access or a stimulus is under way
.flag   2 error             ; the last access was refused
.flag   3 full              ; no room for another byte that comes

.page   1 came
.page   2 frames
.page   3 ring

.equ    BLOCKED 2           ; of MODE; 1: lossy

.equ    ROOM 92             ; bytes of a payload or a result
.equ    SHORT 112           ; where a frame goes while a request is done: an ACK, for one slot is all there is
.equ    PAYLOAD 3           ; of the request
.equ    STREAM_ROOM 52      ; bytes of a stream's frame
.equ    RING 127
.equ    CAME 127            ; bytes that there is room for

.equ    ACCESS 1            ; job: an access or a stimulus is under way, or
.equ    ANSWER 2            ; the answer waits for room
.equ    DUE 1               ; told: which request is missed, or
.equ    SAID 2

.byte   open                ; a session has begun
.byte   tail                ; next byte that came
.byte   start guard run length kind number_low number_high
.byte   last end i distance end_of_run
.byte   word_stop write_at
.byte   left region indices want_low want_middle want_high
.byte   request status result_at amount credit_low credit_high
.byte   count result        ; words that were done, bytes of the result

.link   build board clock           ; the region LINK: words of 32 bits

; From here on a HELLO sets all to zero.
.link   pace lossy overrun_count broken_count error_count
.byte   whole_low whole_high        ; position behind the last whole frame
.byte   freed_low freed_high        ; position up to which all is acknowledged
.byte   reach                       ; what has ever been sent, from there
.byte   limit_low limit_high
.byte   wanted_low wanted_high      ; number of the next request to come
.byte   told job
.byte   cut                         ; the beginning of this frame was dropped
.byte   streaming                   ; a frame of the stream is open
.byte   overruns errors             ; of the ports, as far as they are added up
.byte   behind_cleared

; ---- The round ------------------------------------------------------------------------------------

reset:
        call    clear
        lda     #0
        sta     open
        sta     tail
        out     TAIL
main:
        lda     @OVERRUNS
        sub     overruns
        jz      no_overruns
        sta     amount
        add!    overruns
        lda     #overrun_count
        call    count_up
no_overruns:
        lda     @ERRORS
        sub     errors
        jz      no_errors
        sta     amount
        add!    errors
        lda     #error_count
        call    count_up
no_errors:
        lda     @ENDED
        sub     tail
        jnz     frame
        jif     full no_frame
work:
        lda     told
        sub     #DUE
        jz      say_missed
may_work:
        lda     job
        jz      stream
        sub     #ACCESS
        jz      poll
        jmp     answer

; amount is added to the 16 bits at A, which stop at their end.
count_up:
        out     X
        lda     amount
        add!    [zero,x+]
        rnc
        lda     #1
        add!    [zero,x]
        rnz
        lda     #0xff
        sta     [zero,x]
        lda     @X
        sub     #1
        out     X
        lda     #0xff
        sta     [zero,x]
        ret

; A is 0 afterwards, X as before.
clear:
        lda     #pace -> Y
clear_byte:
        lda     #0
        sta     [zero,y+]
        lda     @Y
        sub     #behind_cleared
        jnz     clear_byte
        lda     #32
        sta     limit_low
        lda     #0
        ret

; ---- A frame from the host -------------------------------------------------------------------------

; Unstuffed up to the zero that ends it.
frame:
        lda     job
        jz      at_start
        lda     #SHORT
at_start:
        out     Y
        sta     start
        jz      long
        add     #-ROOM - 8 + 16
long:
        add     #ROOM + 8
        sta     guard
        lda     tail
        out     X
        out     SUM_CLEAR
        lda     [came,x+]
        jz      nothing
        sta     run
in_run:
        lda     #-1
        add!    run
        jz      run_ends
        lda     [came,x+] -> frames+
        jz      ended_early
        out     SUM
not_too_long:
        lda     @Y
        sub     guard
        jnz     in_run
too_long:
        lda     [came,x+]
        jnz     too_long
        lda     @X
        sta     tail
        out     TAIL
        lda     job             ; a request, too early
        jnz     missed
        jmp     broken
ended_early:
        lda     @X
        sta     tail
        out     TAIL
broken:
        lda     #0
        sta     cut
        lda     #1
        sta     amount
        lda     #broken_count
        call    count_up
missed:
        lda     open
        jz      work
        lda     told
        jnz     work
        lda     #DUE
        sta     told
        jmp     work
run_ends:
        lda     [came,x+]
        jz      whole
        sta     run
        lda     #0
        sta     [frames,y+]
        out     SUM
        jmp     not_too_long
nothing:
        lda     @X
        sta     tail
        out     TAIL
        lda     cut
        jnz     broken
        jmp     work

; All that there is room for, and no zero: dropped, and with it what comes up to the next zero.
no_frame:
        lda     #CAME
        sta     cut
        add!    tail
        out     DROP
        jmp     work

whole:
        lda     @X
        sta     tail
        out     TAIL
        lda     cut
        jnz     broken
        lda     @SUM
        sub     #0xe3
        jnz     broken
        out     SUM_MOVE
        lda     @SUM
        sub     #0x20
        jnz     broken
        out     SUM_MOVE
        lda     @SUM
        sub     #0xbb
        jnz     broken
        out     SUM_MOVE
        lda     @SUM
        sub     #0xde
        jnz     broken
        lda     @Y
        sub     start
        sub     #7
        jn      broken
        sta     length          ; of the payload
        lda     start
        out     X
        lda     [frames,x+]
        sta     kind
        lda     [frames,x+]
        sta     number_low
        lda     [frames,x+]
        sta     number_high
        lda     kind
        sub     #1
        jz      hello
        lda     open
        jz      work
        lda     kind
        sub     #2
        jz      ack
        lda     kind
        and     #0xf0
        sub     #0x10
        jnz     work

; A request: the next in turn, or missed, or done long ago.
        lda     number_low
        sub     wanted_low
        sta     i
        lda     number_high
        sbc     wanted_high
        jn      work
        or      i
        jnz     missed
        lda     job
        jnz     missed
        sta     told
        sta     count
        sta     result
        lda     #1
        add!    wanted_low
        lda     #0
        adc!    wanted_high
        jmp     begin

ack:
        lda     length
        sub     #3
        jnz     work
        out     HALT
        lda     @AT
        sub     freed_low
        sta     i               ; sent, from what was acknowledged before
        sub     reach
        jnc     reach_stays
        add!    reach
reach_stays:
        lda     number_low
        sub     freed_low
        sta     distance
        lda     number_high
        sbc     freed_high
        jnz     resume
        lda     reach
        sub     distance
        jnc     resume
        sta     reach
        lda     number_low
        sta     freed_low
        lda     number_high
        sta     freed_high
        lda     [frames,x+]
        sta     limit_low
        lda     [frames,x+]
        sta     limit_high
        lda     [frames,x]
        and     #1
        jnz     again
        lda     i
        sub     distance
        jc      resume
again:
        lda     number_low
        out     AT
resume:
        call    set_stop
        jmp     work

; What may leave: up to the limit, and no more than is whole.
set_stop:
        out     HALT
        lda     whole_low
        sub     @AT
        sta     i               ; waits
        lda     limit_low
        sub     whole_low
        sta     credit_low
        lda     limit_high
        sbc     whole_high
        sta     credit_high
        lda     i
        add!    credit_low
        lda     #0
        adc     credit_high
        jn      no_credit
        jnz     all_may_leave
        lda     credit_low
        sub     i
        jc      all_may_leave
        lda     limit_low
        out     STOP
        ret
no_credit:
        lda     @AT
        out     STOP
        ret
all_may_leave:
        lda     whole_low
        out     STOP
        ret

hello:
        lda     length
        sub     #4
        jnz     work
        out     HALT
        out     RESET
        call    clear
        out     AT
        lda     #0x81
        call    begin_frame
        lda     [frames,x+] -> ring+
        lda     [frames,x+] -> ring+
        lda     [frames,x+] -> ring+
        lda     [frames,x+] -> ring+
        lda     #1 -> ring+     ; version
        lda     #1 -> ring+     ; slots
        lda     #ROOM -> ring+
        lda     #RING -> ring+
        lda     #0 -> ring+
        lda     #1
        sta     open
        jmp     end_frame

; ---- Frames to the host ----------------------------------------------------------------------------

; Kind A and position; Y is behind them.
begin_frame:
        sta     i
        lda     whole_low
        add     #1
        out     Y
        lda     i -> ring+
        lda     whole_low -> ring+
        lda     whole_high -> ring+
        ret

; The frame that ends at Y gets its checksum, and each zero becomes the distance to the next.
end_frame:
        lda     @Y
        sta     end
        out     SUM_CLEAR
        lda     whole_low
        sta     last
        add     #1
        out     X
sum_byte:
        lda     [ring,x+] -> SUM
        jnz     sum_next
        call    zero_byte
sum_next:
        lda     @X
        sub     end
        jnz     sum_byte
        lda     #4
        sta     i
sum_goes:
        lda     #0xff
        sub     @SUM
        sta     [ring,x+]
        out     SUM_MOVE
        jnz     sum_went
        call    zero_byte
sum_went:
        lda     #-1
        add!    i
        jnz     sum_goes
        sta     [ring,x+]
        call    zero_byte
        lda     @X
        sub     whole_low
        jc      same_high
        lda     #1
        add!    whole_high
same_high:
        lda     @X
        sta     whole_low
        lda     lossy
        out     MODE
        call    set_stop
        jmp     main

; X is behind a zero.
zero_byte:
        lda     @X
        sub     #1
        sta     end_of_run
        sub     last
        sta     distance
        lda     last -> Y
        lda     distance
        sta     [ring,y]
        lda     end_of_run
        sta     last
        ret

say_missed:
        lda     streaming
        jnz     end_stream
        lda     whole_low
        sub     freed_low
        sub     #RING - 11 + 1
        jc      may_work
        lda     #SAID
        sta     told
        lda     #0x82
        call    begin_frame
        lda     wanted_low -> ring+
        lda     wanted_high -> ring+
        jmp     end_frame

; ---- The stream ------------------------------------------------------------------------------------
; A frame of it stays open while the carrier is busy with what is whole.

stream:
        jifnot  word no_word
        lda     streaming
        jnz     more_words
        lda     whole_low
        sub     freed_low
        sub     #RING - STREAM_ROOM - 9 + 1
        jc      no_room
        lda     #0xa0
        call    begin_frame
        lda     @Y
        sta     write_at
        add     #STREAM_ROOM
        sta     word_stop
        lda     #1
        sta     streaming
more_words:
        lda     write_at -> Y
one_word:
        lda     @WORD_LOW -> ring+
        lda     @WORD_HIGH -> ring+
        out     TAKE
        lda     @Y
        sta     write_at
        sub     word_stop
        jz      end_stream
        jif     word one_word
        jmp     main
no_word:
        lda     streaming
        jz      main
        lda     @AT
        sub     whole_low
        jnz     main
end_stream:
        lda     #0
        sta     streaming
        lda     write_at -> Y
        jmp     end_frame
no_room:
        lda     #BLOCKED
        or      lossy
        out     MODE
        jmp     main

; ---- Requests --------------------------------------------------------------------------------------

begin:
        lda     kind
        sta     request
        lda     length
        sta     left
        lda     request
        sub     #0x13
        jz      stimulus
        jc      malformed
        lda     left
        sub     #4
        jnc     malformed
        sta     left
        lda     [frames,x+] -> ADDRESS
        sta     indices
        lda     [frames,x+] -> ADDRESS
        or!     indices
        lda     [frames,x+] -> ADDRESS
        or!     indices
        lda     [frames,x+] -> ADDRESS
        sta     region
        lda     request
        sub     #0x11
        jz      write_word
        jc      check
        lda     left
        jz      malformed
        lda     [frames,x+]
        sta     want_low
        lda     #0
        sta     want_middle
        sta     want_high
        jmp     result_begins
check:
        lda     left
        sub     #4
        jnc     malformed
        lda     [frames,x+]
        sta     want_low
        lda     [frames,x+]
        sta     want_middle
        lda     [frames,x+]
        sta     want_high
        lda     [frames,x]
        jnz     malformed
        lda     #PAYLOAD
        out     X
        lda     #0xff           ; the sum so far stands where the result will
        sta     [frames,x+]
        sta     [frames,x+]
        sta     [frames,x+]
        sta     [frames,x+]
result_begins:
        lda     #PAYLOAD
        out     X
        jmp     read_word

; X: what comes next of the payload, or where the next word of the result goes.
read_word:
        lda     want_low
        or      want_middle
        or      want_high
        jz      all_read
        lda     request
        sub     #0x10
        jnz     access
        lda     result
        sub     #ROOM - 3
        jc      malformed
        jmp     access
write_word:
        lda     left
        jz      ok
        sub     #4
        jnc     malformed
        sta     left
        lda     [frames,x+] -> DATA
        lda     [frames,x+] -> DATA
        lda     [frames,x+] -> DATA
        lda     [frames,x+] -> DATA
access:
        lda     @X
        sta     result_at
        lda     region
        sub     #0x80
        jc      link
        lda     request
        sub     #0x11
        jz      access_writes
        out     READ
        jmp     waits
access_writes:
        out     WRITE
waits:
        lda     #ACCESS
        sta     job
poll:
        jif     busy stream
        jif     error refused
accessed:
        lda     #1
        add!    count
        lda     result_at
        out     X
        out     Y
        lda     request
        sub     #0x11
        jz      write_word
        jn      word_read
        sub     #1
        jnz     stimulus
        lda     [frames,x+] -> SUM_MOVE
        lda     [frames,x+] -> SUM_MOVE
        lda     [frames,x+] -> SUM_MOVE
        lda     [frames,x+] -> SUM_MOVE
        lda     #4
        sta     i
sum_of_word:
        lda     @DATA
        out     SUM
        out     DATA
        lda     #-1
        add!    i
        jnz     sum_of_word
        lda     #PAYLOAD
        out     X
        lda     @SUM -> frames+
        out     SUM_MOVE
        lda     @SUM -> frames+
        out     SUM_MOVE
        lda     @SUM -> frames+
        out     SUM_MOVE
        lda     @SUM -> frames+
        jmp     one_less
word_read:
        lda     @DATA -> frames+
        out     DATA
        lda     @DATA -> frames+
        out     DATA
        lda     @DATA -> frames+
        out     DATA
        lda     @DATA -> frames+
        lda     #4
        add!    result
        lda     @Y
        out     X
one_less:
        lda     #-1
        add!    want_low
        jc      read_word
        lda     #-1
        add!    want_middle
        jc      read_word
        lda     #-1
        add!    want_high
        jmp     read_word

stimulus:
        lda     left
        jz      ok
        sub     #1
        sta     left
        lda     [frames,x+]
        sta     indices
        jz      give
        sub     #3
        jc      malformed
        lda     left
        sub     #6
        jnc     malformed
        sta     left
        lda     [frames,x+] -> ADDRESS
        lda     [frames,x+] -> ADDRESS
        out     ADDRESS
        lda     [frames,x+] -> DATA
        lda     [frames,x+] -> DATA
        lda     [frames,x+] -> DATA
        lda     [frames,x+] -> DATA
give:
        lda     indices
        out     ADDRESS
        lda     @X
        sta     result_at
        out     STIMULUS
        jmp     waits

all_read:
        lda     request
        sub     #0x10
        jz      ok
        lda     #4
        sta     result
        sta     i
inverted:
        lda     #0xff
        sub!    [frames,x+]
        lda     #-1
        add!    i
        jnz     inverted
ok:
        lda     #0
        jmp     done
refused:
        lda     #1
        jmp     done
malformed:
        lda     #2
done:
        sta     status
        lda     #ANSWER
        sta     job
answer:
        lda     streaming
        jnz     end_stream
        lda     whole_low
        sub     freed_low
        add     result
        sub     #RING - 13 + 1
        jc      no_room         ; and none for the stream, which would take it first
        lda     #0x90
        call    begin_frame
        lda     wanted_low
        sub     #1
        sta     [ring,y+]
        lda     wanted_high
        sbc     #0
        sta     [ring,y+]
        lda     #PAYLOAD
        out     X
result_byte:
        lda     result
        jz      result_ends
        lda     #-1
        add!    result
        lda     [frames,x+] -> ring+
        jmp     result_byte
result_ends:
        sta     job
        lda     count -> ring+
        lda     status -> ring+
        jmp     end_frame

; ---- The region LINK, A its field ------------------------------------------------------------------

link:
        sta     i
        sub     #8
        jc      refused
        lda     indices
        or      count
        jnz     refused
        lda     i
        add!    i
        add     i
        add     #build
        out     Y
        lda     request
        sub     #0x11
        jz      link_write
        lda     [zero,y+] -> DATA
        lda     [zero,y+] -> DATA
        lda     [zero,y+] -> DATA
        lda     [zero,y+] -> DATA
        jmp     accessed
link_write:
        lda     i               ; twice the field
        sub     #6
        jnc     refused
        jz      write_pace
        sub     #2
        jz      write_lossy
        lda     #0              ; a count
        sta     [zero,y+]
        sta     [zero,y+]
        jmp     accessed
write_pace:
        lda     #4
        sta     i
        out     PACE
pace_byte:
        lda     @DATA
        sta     [zero,y+]
        out     DATA
        lda     #-1
        add!    i
        jnz     pace_byte
        jmp     accessed
write_lossy:
        lda     @DATA
        sta     i
        and     #0xfe
        sta     amount
        out     DATA
        lda     @DATA
        or!     amount
        out     DATA
        lda     @DATA
        or!     amount
        out     DATA
        lda     @DATA
        or      amount
        jnz     refused
        lda     i
        sta     [zero,y]
        jmp     accessed
