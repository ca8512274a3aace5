// izh_neuron_compact.v: one sub-step of one neuron every fourth clock, in half the cells
// SPDX-License-Identifier: Apache-2.0
// The arithmetic of izh_neuron, bit for bit docs/contract.md, "The update", made for 24 MHz:
// several additions a clock, and one slope unit that works twice an update.
//
// valid_i marks clock 0 of an update, four clocks or more after the one before. Operands stand
// at their ports as long as they are needed, so that they need no registers here: state and input in
// clocks 0 to 3, the record in clocks 7 to 10. Results stand in clock 14 alone, with valid_o. Nothing is
// reset: what valid_o says before clock 14 of the first update is not to be believed.
//
// A signal ending in _N holds its value from clock N on, as long as it is used: what several clocks
// need has an enable, and stays for four.
`default_nettype none

module izh_neuron_compact #(
    parameter X_BITS = 16,
    parameter W_BITS = 24,
    parameter PORT_BITS = 16
) (
    input  wire                              clk_i,
    // Settings: still while any update is under way.
    input  wire        [                1:0] step_i,        // k, h = 2^-k ms
    input  wire                              accurate_i,
    input  wire        [             5*12-1:0] bounds_i,      // level 1 first, Q5.7
    input  wire        [6*(PORT_BITS-1)-1:0] kappas_i,      // level 0 first, Q1.(PORT_BITS-3)
    // State and input, clocks 0 to 3.
    input  wire                              valid_i,       // clock 0 only
    input  wire signed [         X_BITS-1:0] x_i,           // Q0.(X_BITS-1)
    input  wire signed [         W_BITS-1:0] w_i,           // Q1.(W_BITS-2)
    input  wire        [                2:0] level_i,
    input  wire signed [         W_BITS+1:0] input_i,       // Q3.(W_BITS-2)
    // Parameter record: clocks 7 and 8, 9 and 10, or all four.
    input  wire signed [         X_BITS-1:0] peak_inverted_i,  // 7, 8; ~peak: it is subtracted
    input  wire signed [         W_BITS-1:0] e_i,              // 7, 8
    input  wire signed [         W_BITS-1:0] d_i,              // all
    input  wire                              decay_i,          // all
    input  wire signed [         X_BITS-1:0] c_i,              // 9, 10
    input  wire signed [      PORT_BITS-1:0] a_i,              // 9, 10
    input  wire signed [      PORT_BITS-1:0] b_i,              // 9, 10
    // New state, clock 14.
    output wire                              valid_o,
    output wire signed [         X_BITS-1:0] x_o,
    output wire signed [         W_BITS-1:0] w_o,
    output wire        [                2:0] level_o,
    output wire                              spike_o,
    output wire                              saturated_x_o,
    output wire                              saturated_w_o,
    output wire                              saturated_port_o
);
  // docs/contract.md, "Constants".
  localparam GUARD_X = 8;
  localparam GUARD_W = 7;
  localparam FINE = 4;

  localparam PRODUCT_BITS = 2 * PORT_BITS;
  localparam G = X_BITS - 1 + GUARD_X;                  // fraction bits of the sums that give x
  localparam SLOPE_BITS = 1 + 5 + G;                    // slope of x: below 32
  localparam SUM_BITS = 1 + 6 + G;                      // x + s slope: below 64
  localparam NEXT_BITS = SUM_BITS - GUARD_X;            // the new x before reset, Q6
  localparam SQUARE_SHIFT = 2 * PORT_BITS - X_BITS - 11;
  localparam MIDDLE_DROP = G + 1 - (PORT_BITS - 2);     // from 2 x to Q1.(PORT_BITS-2)
  localparam MIDDLE_BITS = SUM_BITS - MIDDLE_DROP;
  localparam DROP = X_BITS - PORT_BITS + 2;             // from x to Q2.(PORT_BITS-3)
  localparam DRIVE_BITS = NEXT_BITS - DROP;
  localparam DISTANCE_BITS = 1 + 4 + W_BITS;            // W_BITS fraction bits, below 16
  localparam DIFFERENCE_DROP = PORT_BITS - 2 - FINE;    // from the third sum to the fine port
  localparam DIFFERENCE_BITS = PRODUCT_BITS - DIFFERENCE_DROP;
  localparam INCREMENT_DROP = 2 * PORT_BITS - W_BITS;   // from the fourth sum to w, when coarse

  // ---- Clocks -----------------------------------------------------------------------------------

  reg [14:1] valid;
  always @(posedge clk_i) valid <= {valid[13:1], valid_i};
  assign valid_o = valid[14];

  // ---- Clocks 0 to 2: the first square and i - w ------------------------------------------------

  wire signed [PORT_BITS-1:0] x_port_0;
  generate
    if (X_BITS == PORT_BITS) begin : g_port_whole
      assign x_port_0 = x_i;
    end else begin : g_port_rounded
      wire signed [PORT_BITS:0] rounded_0 = {x_i[X_BITS-1], x_i[X_BITS-1:X_BITS-PORT_BITS]}
          + {{PORT_BITS{1'b0}}, x_i[X_BITS-PORT_BITS-1]};
      wire overflow_0 = rounded_0[PORT_BITS] != rounded_0[PORT_BITS-1];
      assign x_port_0 = overflow_0 ? {1'b0, {(PORT_BITS - 1) {1'b1}}} : rounded_0[PORT_BITS-1:0];
    end
  endgenerate

  // i - w joins the square before both are shifted by k: one shift for two. Bits that the contract
  // cuts from the drive alone are cleared first.
  localparam signed [W_BITS+2:0] ALL = {(W_BITS + 3) {1'b1}};
  wire signed [W_BITS+2:0] kept = (ALL <<< step_i) >>> (X_BITS + 9 - W_BITS);
  wire signed [W_BITS+2:0] drive_0 = {input_i[W_BITS+1], input_i} - {{3{w_i[W_BITS-1]}}, w_i};
  wire signed [W_BITS+2:0] drive_kept_0 = drive_0 & kept;

  wire [PRODUCT_BITS-1:0] first_2;
  izh_multiply_add #(.WIDTH(PORT_BITS)) first_square (
      .clk_i(clk_i), .hold_a_i(1'b0), .a_i(x_port_0), .b_i(x_port_0),
      .addend_i({drive_kept_0[W_BITS+1:0], {(PRODUCT_BITS - W_BITS - 2) {1'b0}}}),
      .sum_o(first_2));

  // The sum needs one bit more than the block has. A square is at most a quarter of the block's
  // range: where the drive has the block's top bit and the sum has not, a carry was lost.
  reg [1:0] drive_top_2;
  wire first_top_2 = drive_top_2[1] ^ (drive_top_2[0] & ~first_2[PRODUCT_BITS-1]);
  always @(posedge clk_i) if (valid[1]) drive_top_2 <= drive_0[W_BITS+2:W_BITS+1];

  // ---- The slope unit: x + (1 + level/4) slope, in clocks 2 and 3, and again in 5 and 6 ---------

  wire [PRODUCT_BITS-1:0] second_5;
  wire second_time = valid[5] & accurate_i;  // script mode takes the first slope twice
  wire signed [SLOPE_BITS-1:0] sum_2 = second_time ? second_5[PRODUCT_BITS-1:SQUARE_SHIFT-2]
      : {{2{first_top_2}}, first_2[PRODUCT_BITS-1:SQUARE_SHIFT]};

  // The base is 2 x, then x, each with half a unit of what the sum is cut to. Its lowest bits are
  // ones, and a carry makes them that half: the port needs no addition where x has its width.
  localparam [X_BITS:0] MIDDLE_HALF =
      ({{X_BITS{1'b0}}, 1'b1} << (X_BITS - PORT_BITS)) - {{X_BITS{1'b0}}, 1'b1};
  wire signed [X_BITS:0] x_half_2 = {x_i[X_BITS-1], x_i} + MIDDLE_HALF;

  reg [2:0] level_3;
  reg signed [SLOPE_BITS-1:0] slope_3;
  reg signed [X_BITS+2:0] base_3;
  always @(posedge clk_i) begin
    slope_3 <= sum_2 >>> step_i;
    if (valid[2]) level_3 <= level_i & {3{accurate_i}};
    if (valid[2] || valid[3])
      base_3 <= valid[3] ? {{2{x_i[X_BITS-1]}}, x_i, 1'b0} : {x_half_2, 2'b11};
  end

  wire signed [SUM_BITS-1:0] slope_wide_3 = {slope_3[SLOPE_BITS-1], slope_3};
  wire signed [SUM_BITS-1:0] slope_half_3 = slope_wide_3 >>> 1;
  wire signed [SUM_BITS-1:0] slope_quarter_3 = slope_wide_3 >>> 2;
  wire signed [SUM_BITS-1:0] coarse_3 = ({SUM_BITS{level_3[2]}} & slope_wide_3)
      | ({SUM_BITS{level_3[1] & ~level_3[2]}} & slope_half_3);
  wire signed [SUM_BITS-1:0] fine_3 = {SUM_BITS{level_3[0]}} & slope_quarter_3;

  // The carry is between the sums so that Yosys cannot join the three additions into one of four
  // operands, which would need a row of LUTs more.
  wire [SUM_BITS-1:0] low_3 = {{(SUM_BITS - X_BITS - GUARD_X - 2) {base_3[X_BITS+2]}}, base_3,
                               {(GUARD_X - 1) {1'b1}}} + fine_3;
  wire [SUM_BITS-1:0] high_3 = slope_wide_3 + coarse_3;
  wire [SUM_BITS:0] sum_carry_3 = {low_3, 1'b1} + {high_3, 1'b1};
  wire [SUM_BITS-1:0] sum_3 = sum_carry_3[SUM_BITS:1];

  // ---- Clocks 3 to 5: the middle of the step at the port, and its square ------------------------

  wire middle_negative_3 = sum_3[SUM_BITS-1];
  wire middle_fits_3 = sum_3[SUM_BITS-1:MIDDLE_DROP+PORT_BITS-1]
      == {(MIDDLE_BITS - PORT_BITS + 1) {middle_negative_3}};
  wire signed [PORT_BITS-1:0] middle_3 = middle_fits_3 ? sum_3[MIDDLE_DROP+:PORT_BITS]
      : {middle_negative_3, {(PORT_BITS - 1) {~middle_negative_3}}};

  // The middle has one integer bit more than x, its square two: here nothing is lost.
  izh_multiply_add #(.WIDTH(PORT_BITS)) second_square (
      .clk_i(clk_i), .hold_a_i(1'b0), .a_i(middle_3), .b_i(middle_3),
      .addend_i({drive_kept_0[W_BITS+2], drive_kept_0, {(PRODUCT_BITS - W_BITS - 4) {1'b0}}}),
      .sum_o(second_5));

  // ---- Clocks 4 to 7: what the recovery needs of the state; the new x ---------------------------

  reg signed [W_BITS-1:0] w_4;
  reg clipped_middle_4;
  reg signed [NEXT_BITS-1:0] next_7;
  always @(posedge clk_i) begin
    if (valid[3]) begin
      w_4              <= w_i;
      clipped_middle_4 <= accurate_i & ~middle_fits_3;
    end
    if (valid[6]) next_7 <= sum_3[SUM_BITS-1:GUARD_X];
  end

  wire [NEXT_BITS+1:0] above_carry_7 = {next_7[NEXT_BITS-1], next_7, 1'b1}
      + {{(NEXT_BITS - X_BITS + 1) {peak_inverted_i[X_BITS-1]}}, peak_inverted_i, 1'b1};
  wire signed [NEXT_BITS:0] above_7 = above_carry_7[NEXT_BITS+1:1];
  wire spike_7 = ~above_7[NEXT_BITS];

  // ---- Clocks 7 and 8: spike, level, kappa ------------------------------------------------------

  wire [11:0] above_inverted_7 = ~above_7[X_BITS-8+:12];
  reg [4:0] below_8;  // the bounds that are not reached
  reg above_all_8, spike_8;
  reg [2:0] level_9;

  // Adding to the complement of a number carries when more is added than the number has.
  genvar i;
  generate
    for (i = 0; i < 5; i = i + 1) begin : g_bound
      wire [12:0] sum_7 = {1'b0, bounds_i[12*i+:12]} + {1'b0, above_inverted_7};
      always @(posedge clk_i) if (valid[7]) below_8[i] <= sum_7[12];
      wire unused_bits = &{1'b0, sum_7};
    end
  endgenerate
  always @(posedge clk_i)
    if (valid[7]) begin
      above_all_8 <= |above_7[NEXT_BITS-1:X_BITS+4];
      spike_8     <= spike_7;
    end

  wire corrected_8 = spike_8 & accurate_i;
  wire [2:0] reached_8 = above_all_8 ? 3'd5 : {2'd0, ~below_8[0]} + {2'd0, ~below_8[1]}
      + {2'd0, ~below_8[2]} + {2'd0, ~below_8[3]} + {2'd0, ~below_8[4]};
  wire [2:0] level_8 = {3{corrected_8}} & reached_8;
  always @(posedge clk_i) level_9 <= level_8;

  // Kappa of the level, 0 without a spike: three LUTs a bit, because what a multiplexer selects
  // selects in the next one, and the first can be told to give either value.
  wire [6*(PORT_BITS-1)-1:0] k = kappas_i;
  wire told_8 = level_8[2] | level_8[1] | ~corrected_8;
  reg [PORT_BITS-2:0] kappa_9;
  generate
    for (i = 0; i < PORT_BITS - 1; i = i + 1) begin : g_kappa
      wire low_8 = told_8 ? level_8[0] : level_8[0] ? k[PORT_BITS-1+i] : k[i];
      wire middle_8 = !level_8[1] ? low_8 : low_8 ? k[3*(PORT_BITS-1)+i] : k[2*(PORT_BITS-1)+i];
      always @(posedge clk_i)
        kappa_9[i] <= !level_8[2] ? middle_8
            : middle_8 ? k[5*(PORT_BITS-1)+i] : k[4*(PORT_BITS-1)+i];
    end
  endgenerate

  // ---- Clock 9: what drives the recovery --------------------------------------------------------

  // What the cut to the port drops first is the carry that rounds.
  wire signed [DRIVE_BITS:0] driver_9 = corrected_8
      ? {{(DRIVE_BITS - X_BITS + DROP) {c_i[X_BITS-1]}}, c_i[X_BITS-1:DROP-1]}
      : next_7[NEXT_BITS-1:DROP-1];
  wire [DRIVE_BITS:0] drive_carry_9 = driver_9
      + {{(DRIVE_BITS - PORT_BITS + 1) {kappa_9[PORT_BITS-2]}}, kappa_9, 1'b1};
  wire signed [DRIVE_BITS-1:0] drive_9 = drive_carry_9[DRIVE_BITS:1];
  wire drive_fits_9 = drive_9[DRIVE_BITS-1:PORT_BITS-1]
      == {(DRIVE_BITS - PORT_BITS + 1) {drive_9[DRIVE_BITS-1]}};
  wire signed [PORT_BITS-1:0] drive_port_9 = drive_fits_9 ? drive_9[PORT_BITS-1:0]
      : {drive_9[DRIVE_BITS-1], {(PORT_BITS - 1) {~drive_9[DRIVE_BITS-1]}}};

  // ---- Clocks 7 to 11: recovery difference: b times that, e - w and d level/4 beside it ---------

  reg signed [W_BITS:0] distance_8, spiked_w_8;
  wire [W_BITS+1:0] distance_carry_7 = {e_i[W_BITS-1], e_i, 1'b1}
      + {~(w_4[W_BITS-1] & decay_i), ~(w_4 & {W_BITS{decay_i}}), 1'b1};
  always @(posedge clk_i)
    if (valid[7]) begin
      distance_8 <= distance_carry_7[W_BITS+1:1];
      spiked_w_8 <= {w_4[W_BITS-1], w_4}
          + {spike_7 & d_i[W_BITS-1], {W_BITS{spike_7}} & d_i};
    end

  // d at the fraction of the recovery difference, two bits below w: d/2 and d/4 are exact. The ones
  // that the two complements lack are a carry and one in the bits of the distance that are 0.
  wire signed [W_BITS+1:0] d_wide_9 = {d_i, 2'b00};
  wire [2:0] pull_level_9 = level_9 & {3{decay_i}};
  wire [W_BITS+1:0] d_coarse_inverted_9 = ~(({(W_BITS + 2) {pull_level_9[2]}} & d_wide_9)
      | ({(W_BITS + 2) {pull_level_9[1] & ~pull_level_9[2]}}
         & {d_wide_9[W_BITS+1], d_wide_9[W_BITS+1:1]}));
  wire [W_BITS+1:0] d_fine_inverted_9 = ~({(W_BITS + 2) {pull_level_9[0]}}
      & {{2{d_wide_9[W_BITS+1]}}, d_wide_9[W_BITS+1:2]});
  wire [W_BITS+2:0] d_part_inverted_9 = {d_coarse_inverted_9[W_BITS+1], d_coarse_inverted_9}
      + {d_fine_inverted_9[W_BITS+1], d_fine_inverted_9};
  wire [DISTANCE_BITS:0] distance_carry_9 =
      {{(DISTANCE_BITS - W_BITS - 3) {distance_8[W_BITS]}}, distance_8, 3'b011}
      + {{(DISTANCE_BITS - W_BITS - 3) {d_part_inverted_9[W_BITS+2]}}, d_part_inverted_9, 1'b1};
  wire [DISTANCE_BITS-1:0] distance_9 = distance_carry_9[DISTANCE_BITS:1];

  wire [PRODUCT_BITS-1:0] difference_11;
  izh_multiply_add #(.WIDTH(PORT_BITS)) sensitivity (
      .clk_i(clk_i), .hold_a_i(1'b0), .a_i(b_i), .b_i(drive_port_9),
      .addend_i({distance_9, {(PRODUCT_BITS - DISTANCE_BITS) {1'b0}}}), .sum_o(difference_11));

  // ---- Clock 11: the difference at the port, fine when it fits, else coarse ---------------------

  // Where W_BITS is PORT_BITS + 1 the contract has nothing to round.
  wire round_up_11 = difference_11[DIFFERENCE_DROP-1] && W_BITS > PORT_BITS + 1;
  wire [DIFFERENCE_BITS-1:0] value_11 = difference_11[PRODUCT_BITS-1:DIFFERENCE_DROP]
      + {{(DIFFERENCE_BITS - 1) {1'b0}}, round_up_11};
  wire negative_11 = value_11[DIFFERENCE_BITS-1];
  wire is_fine_11 = value_11[DIFFERENCE_BITS-1:PORT_BITS-1]
      == {(DIFFERENCE_BITS - PORT_BITS + 1) {negative_11}};
  wire fits_11 = value_11[DIFFERENCE_BITS-1:PORT_BITS+FINE-1]
      == {(DIFFERENCE_BITS - PORT_BITS - FINE + 1) {negative_11}};

  // Two bits tell the four cases, so that each bit of the port is one LUT.
  wire pick_11 = fits_11 ? is_fine_11 : ~negative_11;
  wire [PORT_BITS-2:0] magnitude_11 = fits_11
      ? (pick_11 ? value_11[PORT_BITS-2:0] : value_11[FINE+:PORT_BITS-1])
      : {(PORT_BITS - 1) {pick_11}};

  // ---- Clocks 11 to 14: the new w ---------------------------------------------------------------

  // Half a unit of w, and one guard bit more for the cut of the product.
  localparam [INCREMENT_DROP-1:0] HALF_COARSE =
      ((1 << (GUARD_W - 1)) + 1) << (INCREMENT_DROP - GUARD_W);
  localparam [INCREMENT_DROP+FINE-1:0] HALF_FINE =
      ((1 << (GUARD_W - 1)) + 1) << (INCREMENT_DROP + FINE - GUARD_W);

  wire [PRODUCT_BITS-1:0] sum_13;
  izh_multiply_add #(.WIDTH(PORT_BITS)) rate (
      .clk_i(clk_i), .hold_a_i(~valid[10]), .a_i(a_i), .b_i({negative_11, magnitude_11}),
      .addend_i(is_fine_11 ? {spiked_w_8[W_BITS-FINE-1:0], HALF_FINE}
                : {spiked_w_8[W_BITS-1:0], HALF_COARSE}),
      .sum_o(sum_13));

  // The bits of w above the block's range, and two below it. The product is at most a quarter of
  // that range: a sum that began in the highest quarter and is in the lower half has carried, one
  // from the lowest quarter to the upper half has borrowed.
  reg fine_12, clipped_12;
  reg [FINE+2:0] top_12;
  always @(posedge clk_i) begin
    if (valid[11]) begin
      fine_12    <= is_fine_11;
      clipped_12 <= ~fits_11;
      top_12     <= spiked_w_8[W_BITS-:FINE+3];
    end
  end

  wire sum_top_13 = sum_13[PRODUCT_BITS-1];
  wire carried_13 = &top_12[1:0] & ~sum_top_13;
  wire borrowed_13 = ~|top_12[1:0] & sum_top_13;
  wire [FINE+1:0] top_13 = {top_12[FINE+2], top_12[FINE+2:2]}
      + {{(FINE + 1) {borrowed_13}}, borrowed_13 | carried_13};
  wire fine_fits_13 = top_13[FINE+1:FINE-1] == {3{top_13[FINE+1]}};

  // A coarse sum, by the quarters of the block's range: w + d has left it or is near its end.
  wire w_negative_13 = top_12[FINE+2];
  wire [2:0] beyond_13 = {top_12[FINE+1:FINE], sum_top_13} ^ {3{w_negative_13}};
  wire coarse_fits_13 = ~&beyond_13[2:1] & ~(beyond_13[0] & |beyond_13[2:1]);

  wire fits_13 = fine_12 ? fine_fits_13 : coarse_fits_13;
  wire pick_13 = fits_13 ? fine_12 : ~w_negative_13;
  wire [W_BITS-2:0] fine_w_13 = {top_13[FINE-2:0], sum_13[PRODUCT_BITS-1-:W_BITS-FINE]};

  reg signed [W_BITS-1:0] w_14;
  reg saturated_w_14;
  always @(posedge clk_i) begin
    w_14[W_BITS-1]   <= fits_13 ? (fine_12 ? top_13[FINE-1] : sum_top_13) : w_negative_13;
    w_14[W_BITS-2:0] <= fits_13 ? (pick_13 ? fine_w_13 : sum_13[INCREMENT_DROP+:W_BITS-1])
        : {(W_BITS - 1) {pick_13}};
    saturated_w_14 <= ~fits_13;
  end

  // ---- The other results: taken in clock 10, the last of new x and record -----------------------

  // Below its word the new x cannot be at the peak; above it, it always is.
  wire next_low_7 = next_7[NEXT_BITS-1] & ~&next_7[NEXT_BITS-2:X_BITS-1];
  reg clipped_middle_8;
  reg signed [X_BITS-1:0] x_11;
  reg [2:0] level_11;
  reg spike_11, saturated_x_11, clipped_11;

  always @(posedge clk_i) begin
    if (valid[7]) clipped_middle_8 <= clipped_middle_4;
    if (valid[10]) begin
      x_11 <= spike_8 ? c_i : next_low_7 ? {1'b1, {(X_BITS - 1) {1'b0}}} : next_7[X_BITS-1:0];
      level_11       <= level_9;
      spike_11       <= spike_8;
      saturated_x_11 <= next_low_7;
      clipped_11     <= clipped_middle_8 | ~drive_fits_9;
    end
  end

  assign x_o = x_11;
  assign w_o = w_14;
  assign level_o = level_11;
  assign spike_o = spike_11;
  assign saturated_x_o = saturated_x_11;
  assign saturated_w_o = saturated_w_14;
  assign saturated_port_o = clipped_11 | clipped_12;

  // Bits that a cut drops, and bits that are copies of the sign.
  wire unused_bits = &{1'b0, second_5, sum_carry_3[0], above_carry_7[0], drive_carry_9[0],
                       distance_carry_7[0], distance_carry_9[0]};
endmodule
`default_nettype wire
