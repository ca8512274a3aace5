// izh_neuron.v: the update pipeline: one sub-step of one neuron enters and leaves every clock
// SPDX-License-Identifier: Apache-2.0
// Pure arithmetic, bit for bit docs/contract.md, "The update"; no valid, no stall, no memory.
// x, w, level and input are taken in clock 0, record words in the clock of their comment; a signal
// ending in _N holds its value in clock N.
`default_nettype none

module izh_neuron #(
    parameter X_BITS = 20,
    parameter W_BITS = 24,
    parameter PORT_BITS = 18
) (
    input  wire                              clk_i,
    // Settings: still while any update is in the pipeline.
    input  wire        [                1:0] step_i,        // k, h = 2^-k ms
    input  wire                              accurate_i,
    input  wire        [             5*12-1:0] bounds_i,      // level 1 first, Q5.7
    input  wire        [6*(PORT_BITS-1)-1:0] kappas_i,      // level 0 first, Q1.(PORT_BITS-3)
    // State and input, clock 0.
    input  wire signed [         X_BITS-1:0] x_i,           // Q0.(X_BITS-1)
    input  wire signed [         W_BITS-1:0] w_i,           // Q1.(W_BITS-2)
    input  wire        [                2:0] level_i,
    input  wire signed [         W_BITS+1:0] input_i,       // Q3.(W_BITS-2)
    // Parameter record, clock 18.
    input  wire signed [         X_BITS-1:0] peak_inverted_i,  // ~peak: it is subtracted
    input  wire signed [         X_BITS-1:0] c_i,
    input  wire signed [         W_BITS-1:0] d_i,
    input  wire signed [         W_BITS-1:0] e_i,
    input  wire                              decay_i,
    // Parameter record, clock 24.
    input  wire signed [      PORT_BITS-1:0] a_i,
    input  wire signed [      PORT_BITS-1:0] b_i,
    // New state, clock 36.
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

  localparam X_FRACTION = X_BITS - 1;
  localparam W_FRACTION = W_BITS - 2;
  localparam G = X_FRACTION + GUARD_X;                  // fraction bits of the sums that give x
  localparam DRIVE_BITS = 1 + 4 + G;                    // 2^-k (i - w): below 16
  localparam SLOPE_BITS = 1 + 5 + G;                    // slope of x: below 32
  localparam SUM_BITS = 1 + 6 + G;                      // x + s slope: below 64
  localparam NEXT_BITS = SUM_BITS - GUARD_X;            // the new x before reset, Q6
  localparam SQUARE_SHIFT = 2 * PORT_BITS - X_BITS - 11;
  localparam MIDDLE_DROP = G + 1 - (PORT_BITS - 2);     // from 2 x to Q1.(PORT_BITS-2)
  localparam MIDDLE_BITS = SUM_BITS - MIDDLE_DROP;
  localparam DROP = X_BITS - PORT_BITS + 2;             // from x to Q2.(PORT_BITS-3)
  localparam DIFFERENCE_FRACTION = W_FRACTION + 2;
  localparam DIFFERENCE_BITS = 1 + 4 + DIFFERENCE_FRACTION;
  localparam DIFFERENCE_DROP = DIFFERENCE_FRACTION - (PORT_BITS - 3) - FINE;
  localparam PORT_DIFFERENCE_BITS = DIFFERENCE_BITS - DIFFERENCE_DROP;
  localparam INCREMENT_BITS = 1 + 1 + W_FRACTION + GUARD_W;
  localparam INCREMENT_CUT = 2 * PORT_BITS - 2 - W_FRACTION - GUARD_W;
  localparam NEW_W_BITS = 1 + 3 + W_FRACTION + GUARD_W;

  // ---- First slope: 2^(2-k) x^2 + 2^-k (i - w) ------------------------------------------------

  wire signed [PORT_BITS-1:0] x_port_1;
  generate
    if (X_BITS == PORT_BITS) begin : g_port_whole
      reg signed [PORT_BITS-1:0] whole_1;
      always @(posedge clk_i) whole_1 <= x_i;
      assign x_port_1 = whole_1;
    end else begin : g_port_rounded
      reg signed [PORT_BITS:0] rounded_1;
      always @(posedge clk_i)
        rounded_1 <= {x_i[X_BITS-1], x_i[X_BITS-1:X_BITS-PORT_BITS]}
            + {{PORT_BITS{1'b0}}, x_i[X_BITS-PORT_BITS-1]};
      wire overflow_1 = rounded_1[PORT_BITS] != rounded_1[PORT_BITS-1];
      assign x_port_1 = overflow_1 ? {1'b0, {(PORT_BITS - 1) {1'b1}}} : rounded_1[PORT_BITS-1:0];
    end
  endgenerate

  reg signed [W_BITS+1:0] input_1;
  reg signed [W_BITS-1:0] w_inverted_1;
  reg signed [W_BITS+2:0] drive_2;
  reg signed [DRIVE_BITS-1:0] drive_3;
  // The ones at the end are the carry that makes the complement a subtraction.
  wire [W_BITS+3:0] drive_carry_1 = {input_1[W_BITS+1], input_1, 1'b1}
      + {{3{w_inverted_1[W_BITS-1]}}, w_inverted_1, 1'b1};
  wire signed [DRIVE_BITS-1:0] drive_wide_2 = {drive_2, {(DRIVE_BITS - W_BITS - 3) {1'b0}}};

  always @(posedge clk_i) begin
    input_1      <= input_i;
    w_inverted_1 <= ~w_i;
    drive_2      <= drive_carry_1[W_BITS+3:1];
    drive_3      <= drive_wide_2 >>> step_i;
  end

  wire signed [2*PORT_BITS-1:0] square_4;
  izh_multiplier #(.WIDTH(PORT_BITS)) first_square (
      .clk_i(clk_i), .a_i(x_port_1), .b_i(x_port_1), .product_o(square_4));

  wire signed [DRIVE_BITS-1:0] drive_5;
  izh_delay #(.WIDTH(DRIVE_BITS), .CLOCKS(2)) delay_drive_5 (
      .clk_i(clk_i), .d_i(drive_3), .q_o(drive_5));

  wire [2:0] level_6, level_15;
  izh_delay #(.WIDTH(3), .CLOCKS(6)) delay_level_6 (
      .clk_i(clk_i), .d_i(level_i & {3{accurate_i}}), .q_o(level_6));
  izh_delay #(.WIDTH(3), .CLOCKS(9)) delay_level_15 (
      .clk_i(clk_i), .d_i(level_6), .q_o(level_15));

  wire signed [X_BITS-1:0] x_6, x_16;
  izh_delay #(.WIDTH(X_BITS), .CLOCKS(6)) delay_x_6 (.clk_i(clk_i), .d_i(x_i), .q_o(x_6));
  izh_delay #(.WIDTH(X_BITS), .CLOCKS(10)) delay_x_16 (.clk_i(clk_i), .d_i(x_6), .q_o(x_16));

  reg [SLOPE_BITS-1:0] square_5;
  reg signed [SLOPE_BITS-1:0] half_6, carried_7;
  reg signed [DRIVE_BITS-1:0] drive_6;
  wire [2*PORT_BITS-1:0] square_shifted_4 = square_4 >> (SQUARE_SHIFT + {30'd0, step_i});

  // Script mode steps with this slope, accurate mode needs only its drive for the second one.
  always @(posedge clk_i) begin
    square_5  <= square_shifted_4[SLOPE_BITS-1:0];
    half_6    <= square_5 + {drive_5[DRIVE_BITS-1], drive_5};
    drive_6   <= drive_5;
    carried_7 <= accurate_i ? {drive_6[DRIVE_BITS-1], drive_6} : half_6;
  end

  wire signed [SLOPE_BITS-1:0] carried_14;
  izh_delay #(.WIDTH(SLOPE_BITS), .CLOCKS(7)) delay_carried_14 (
      .clk_i(clk_i), .d_i(carried_7), .q_o(carried_14));

  // ---- The middle of the step, doubled: 2 x + (1 + level/4) half_6 ------------------------------

  // Half a unit of the multiplier port is added first, so that the cut to the port rounds.
  localparam [SUM_BITS-1:0] MIDDLE_HALF = {{(SUM_BITS - 1) {1'b0}}, 1'b1} << (MIDDLE_DROP - 1);
  reg signed [SUM_BITS-1:0] doubled_7;
  wire signed [SUM_BITS-1:0] middle_9;

  always @(posedge clk_i)
    doubled_7 <= {{(SUM_BITS - X_BITS - GUARD_X - 1) {x_6[X_BITS-1]}}, x_6, {(GUARD_X + 1) {1'b0}}}
        + MIDDLE_HALF;

  izh_level_sum #(.WIDTH(SUM_BITS)) middle (
      .clk_i(clk_i), .level_i(level_6), .value_i({half_6[SLOPE_BITS-1], half_6}),
      .base_i(doubled_7), .sum_o(middle_9));

  reg signed [PORT_BITS-1:0] port_10;
  reg clipped_middle_10;
  wire middle_negative_9 = middle_9[SUM_BITS-1];
  wire middle_fits_9 = middle_9[SUM_BITS-1:MIDDLE_DROP+PORT_BITS-1]
      == {(MIDDLE_BITS - PORT_BITS + 1) {middle_negative_9}};

  always @(posedge clk_i) begin
    clipped_middle_10 <= accurate_i & ~middle_fits_9;
    if (middle_fits_9) port_10 <= middle_9[MIDDLE_DROP+:PORT_BITS];
    else port_10 <= {middle_negative_9, {(PORT_BITS - 1) {~middle_negative_9}}};
  end

  // ---- Second slope and the new x ---------------------------------------------------------------

  wire signed [2*PORT_BITS-1:0] square_13;
  izh_multiplier #(.WIDTH(PORT_BITS)) second_square (
      .clk_i(clk_i), .a_i(port_10), .b_i(port_10), .product_o(square_13));

  // The middle has one integer bit more than x, its square two.
  reg [SLOPE_BITS-1:0] square_14;
  reg signed [SLOPE_BITS-1:0] slope_15;
  wire [2*PORT_BITS-1:0] square_shifted_13 = square_13 >> (SQUARE_SHIFT - 2 + {30'd0, step_i});

  always @(posedge clk_i) begin
    square_14 <= square_shifted_13[SLOPE_BITS-1:0];
    if (!accurate_i) square_14 <= {SLOPE_BITS{1'b0}};
    slope_15  <= square_14 + carried_14;
  end

  wire signed [SUM_BITS-1:0] sum_18;
  izh_level_sum #(.WIDTH(SUM_BITS)) new_x (
      .clk_i(clk_i), .level_i(level_15), .value_i({slope_15[SLOPE_BITS-1], slope_15}),
      .base_i({{(SUM_BITS - X_BITS - GUARD_X) {x_16[X_BITS-1]}}, x_16,
               1'b1, {(GUARD_X - 1) {1'b0}}}),
      .sum_o(sum_18));
  wire signed [NEXT_BITS-1:0] next_18 = sum_18[SUM_BITS-1:GUARD_X];

  // ---- Spike, level, and the x that is stored ---------------------------------------------------

  localparam PORT_NEXT_BITS = NEXT_BITS - DROP;
  localparam [NEXT_BITS-1:0] PORT_HALF = {{(NEXT_BITS - 1) {1'b0}}, 1'b1} << (DROP - 1);
  localparam [X_BITS:0] C_HALF = {{X_BITS{1'b0}}, 1'b1} << (DROP - 1);

  wire [NEXT_BITS+1:0] above_carry_18 = {next_18[NEXT_BITS-1], next_18, 1'b1}
      + {{(NEXT_BITS - X_BITS + 1) {peak_inverted_i[X_BITS-1]}}, peak_inverted_i, 1'b1};
  reg signed [NEXT_BITS:0] above_19;
  reg signed [NEXT_BITS-1:0] next_19, rounded_19;
  reg signed [X_BITS-1:0] c_19, c_20;
  reg signed [X_BITS:0] c_rounded_20;

  // Below its word the new x cannot be at the peak; above it, it always is.
  wire next_low_19 = next_19[NEXT_BITS-1] & ~&next_19[NEXT_BITS-2:X_BITS-1];
  wire port_fits_19 = rounded_19[NEXT_BITS-1:DROP+PORT_BITS-1]
      == {(PORT_NEXT_BITS - PORT_BITS + 1) {rounded_19[NEXT_BITS-1]}};

  reg [4:0] passed_20;
  reg spike_20, next_low_20, drive_clipped_20;
  reg signed [X_BITS-1:0] stored_20, new_x_21;
  reg signed [PORT_BITS-1:0] drive_port_20;
  reg [2:0] level_21;
  reg spike_21, corrected_21, saturated_x_21, drive_clipped_21;

  integer i;
  always @(posedge clk_i) begin
    above_19   <= above_carry_18[NEXT_BITS+1:1];
    next_19    <= next_18;
    rounded_19 <= next_18 + PORT_HALF;
    c_19       <= c_i;

    for (i = 0; i < 5; i = i + 1)
      passed_20[i] <= above_19[NEXT_BITS-1:X_FRACTION-7] >= {2'b00, bounds_i[12*i+:12]};
    spike_20     <= ~above_19[NEXT_BITS];
    next_low_20  <= next_low_19;
    stored_20    <= next_low_19 ? {1'b1, {(X_BITS - 1) {1'b0}}} : next_19[X_BITS-1:0];
    if (port_fits_19) drive_port_20 <= rounded_19[DROP+:PORT_BITS];
    else drive_port_20 <= {rounded_19[NEXT_BITS-1], {(PORT_BITS - 1) {~rounded_19[NEXT_BITS-1]}}};
    drive_clipped_20 <= ~port_fits_19;
    c_20         <= c_19;
    c_rounded_20 <= {c_19[X_BITS-1], c_19} + C_HALF;

    level_21 <= {3{spike_20 & accurate_i}} & ({2'd0, passed_20[0]} + {2'd0, passed_20[1]}
        + {2'd0, passed_20[2]} + {2'd0, passed_20[3]} + {2'd0, passed_20[4]});
    spike_21         <= spike_20;
    corrected_21     <= spike_20 & accurate_i;
    new_x_21         <= spike_20 ? c_20 : stored_20;
    saturated_x_21   <= next_low_20;
    drive_clipped_21 <= drive_clipped_20 & ~(spike_20 & accurate_i);
  end

  // ---- Recovery: b times the x that drives it, and what does not wait for that product -----------

  wire signed [W_BITS-1:0] w_20;
  izh_delay #(.WIDTH(W_BITS), .CLOCKS(20)) delay_w_20 (.clk_i(clk_i), .d_i(w_i), .q_o(w_20));

  // Half a unit of the difference port, in units of e, so that the cut to the port rounds; and one
  // for the inverted w.
  localparam [W_BITS:0] DIFFERENCE_HALF =
      ({{W_BITS{1'b0}}, 1'b1} << (DIFFERENCE_DROP - 3)) + {{W_BITS{1'b0}}, 1'b1};

  reg signed [W_BITS:0] e_19;
  wire signed [W_BITS:0] e_21;
  wire decay_20;
  wire signed [W_BITS-1:0] d_21;
  izh_delay #(.WIDTH(W_BITS + 1), .CLOCKS(2)) delay_e_21 (
      .clk_i(clk_i), .d_i(e_19), .q_o(e_21));
  izh_delay #(.WIDTH(1), .CLOCKS(2)) delay_decay_20 (
      .clk_i(clk_i), .d_i(decay_i), .q_o(decay_20));
  izh_delay #(.WIDTH(W_BITS), .CLOCKS(3)) delay_d_21 (
      .clk_i(clk_i), .d_i(d_i), .q_o(d_21));

  wire signed [X_BITS-DROP:0] c_port_22;
  izh_delay #(.WIDTH(X_BITS - DROP + 1), .CLOCKS(2)) delay_c_22 (
      .clk_i(clk_i), .d_i(c_rounded_20[X_BITS:DROP]), .q_o(c_port_22));
  wire signed [PORT_BITS-1:0] drive_port_23;
  izh_delay #(.WIDTH(PORT_BITS), .CLOCKS(3)) delay_drive_port_23 (
      .clk_i(clk_i), .d_i(drive_port_20), .q_o(drive_port_23));

  // d at the fraction of the recovery difference, two bits below w: d/2 and d/4 are exact.
  wire signed [W_BITS+1:0] d_wide_21 = {d_21, 2'b00};

  // Registers named inverted hold the complement, so that the carry chain behind them adds: an iCE40
  // would need a LUT in front of it to subtract. The ones that complements lack are put where a
  // constant is added anyway, or in bits that are always 0.
  reg signed [W_BITS-1:0] w_21, w_inverted_21;
  reg decay_21;
  reg signed [W_BITS-1:0] w_22, d_spike_22;
  reg signed [W_BITS+1:0] distance_22;
  reg signed [W_BITS+1:0] d_coarse_inverted_22, d_fine_inverted_22;
  reg signed [W_BITS+2:0] d_part_inverted_23;
  reg signed [W_BITS+1:0] distance_23;
  reg signed [W_BITS:0] base_23;
  reg signed [PORT_BITS-2:0] kappa_22;
  reg signed [PORT_BITS-1:0] c_drive_23, drive_24;
  reg corrected_22, corrected_23;
  reg signed [DIFFERENCE_BITS-1:0] distance_24;
  wire signed [DIFFERENCE_BITS-1:0] distance_27;

  // Selected by masks: a stride that is no power of two would be multiplied with.
  reg [PORT_BITS-2:0] kappa_21;
  integer l;
  always @(*) begin
    kappa_21 = {(PORT_BITS - 1) {1'b0}};
    for (l = 0; l < 6; l = l + 1)
      kappa_21 = kappa_21
          | ({(PORT_BITS - 1) {level_21 == l[2:0]}} & kappas_i[(PORT_BITS-1)*l+:PORT_BITS-1]);
  end

  always @(posedge clk_i) begin
    e_19         <= {e_i[W_BITS-1], e_i} + DIFFERENCE_HALF;
    w_21         <= w_20;
    w_inverted_21 <= ~({W_BITS{decay_20}} & w_20);
    decay_21     <= decay_20;

    w_22         <= w_21;
    distance_22  <= {e_21[W_BITS], e_21} + {{2{w_inverted_21[W_BITS-1]}}, w_inverted_21};
    d_spike_22   <= {W_BITS{spike_21}} & d_21;
    d_coarse_inverted_22 <= ~(({(W_BITS + 2) {decay_21 & level_21[2]}} & d_wide_21)
        | ({(W_BITS + 2) {decay_21 & level_21[1] & ~level_21[2]}}
           & {d_wide_21[W_BITS+1], d_wide_21[W_BITS+1:1]}));
    d_fine_inverted_22   <= ~({(W_BITS + 2) {decay_21 & level_21[0]}}
        & {{2{d_wide_21[W_BITS+1]}}, d_wide_21[W_BITS+1:2]});
    kappa_22     <= kappa_21;
    corrected_22 <= corrected_21;

    d_part_inverted_23 <= {d_coarse_inverted_22[W_BITS+1], d_coarse_inverted_22}
        + {d_fine_inverted_22[W_BITS+1], d_fine_inverted_22};
    distance_23  <= distance_22;
    base_23      <= {w_22[W_BITS-1], w_22} + {d_spike_22[W_BITS-1], d_spike_22};
    c_drive_23   <= {{(PORT_BITS - X_BITS + DROP - 1) {c_port_22[X_BITS-DROP]}}, c_port_22}
        + {kappa_22[PORT_BITS-2], kappa_22};
    corrected_23 <= corrected_22;

    drive_24     <= corrected_23 ? c_drive_23 : drive_port_23;
    // Two complements were added: two is missing.
    distance_24  <= {{(DIFFERENCE_BITS - W_BITS - 4) {distance_23[W_BITS+1]}}, distance_23, 2'b10}
        + {{(DIFFERENCE_BITS - W_BITS - 3) {d_part_inverted_23[W_BITS+2]}}, d_part_inverted_23};
  end

  wire signed [2*PORT_BITS-1:0] target_27;
  izh_multiplier #(.WIDTH(PORT_BITS)) sensitivity (
      .clk_i(clk_i), .a_i(b_i), .b_i(drive_24), .product_o(target_27));
  izh_delay #(.WIDTH(DIFFERENCE_BITS), .CLOCKS(3)) delay_distance_27 (
      .clk_i(clk_i), .d_i(distance_24), .q_o(distance_27));

  // ---- Recovery difference at the port: fine when it fits, else coarse --------------------------

  localparam TARGET_CUT = 2 * PORT_BITS - 5 - DIFFERENCE_FRACTION;
  localparam TARGET_BITS = 2 * PORT_BITS - TARGET_CUT;

  reg signed [DIFFERENCE_BITS-1:0] difference_28;
  wire signed [PORT_DIFFERENCE_BITS-1:0] value_28 =
      difference_28[DIFFERENCE_BITS-1:DIFFERENCE_DROP];
  wire negative_28 = difference_28[DIFFERENCE_BITS-1];

  reg signed [PORT_DIFFERENCE_BITS-1:0] value_29;
  reg fine_29, fits_29, fine_30, clipped_30;
  reg signed [PORT_BITS-1:0] port_30;

  always @(posedge clk_i) begin
    difference_28 <= {{(DIFFERENCE_BITS - TARGET_BITS) {target_27[2*PORT_BITS-1]}},
                      target_27[2*PORT_BITS-1:TARGET_CUT]} + distance_27;

    value_29 <= value_28;
    fine_29  <= value_28[PORT_DIFFERENCE_BITS-1:PORT_BITS-1]
        == {(PORT_DIFFERENCE_BITS - PORT_BITS + 1) {negative_28}};
    fits_29  <= value_28[PORT_DIFFERENCE_BITS-1:PORT_BITS+FINE-1]
        == {(PORT_DIFFERENCE_BITS - PORT_BITS - FINE + 1) {negative_28}};

    if (fine_29) port_30 <= value_29[PORT_BITS-1:0];
    else if (fits_29) port_30 <= value_29[FINE+:PORT_BITS];
    else
      port_30 <= {value_29[PORT_DIFFERENCE_BITS-1],
                  {(PORT_BITS - 1) {~value_29[PORT_DIFFERENCE_BITS-1]}}};
    fine_30    <= fine_29;
    clipped_30 <= ~fits_29;
  end

  // ---- The new w --------------------------------------------------------------------------------

  wire signed [PORT_BITS-1:0] a_30;
  wire signed [2*PORT_BITS-1:0] product_33;
  izh_delay #(.WIDTH(PORT_BITS), .CLOCKS(6)) delay_a_30 (.clk_i(clk_i), .d_i(a_i), .q_o(a_30));
  izh_multiplier #(.WIDTH(PORT_BITS)) rate (
      .clk_i(clk_i), .a_i(a_30), .b_i(port_30), .product_o(product_33));

  wire fine_33;
  izh_delay #(.WIDTH(1), .CLOCKS(3)) delay_fine_33 (
      .clk_i(clk_i), .d_i(fine_30), .q_o(fine_33));
  wire signed [W_BITS:0] base_34;
  izh_delay #(.WIDTH(W_BITS + 1), .CLOCKS(11)) delay_base_34 (
      .clk_i(clk_i), .d_i(base_23), .q_o(base_34));

  // Half a unit of w, and one guard bit more for the cut of the product.
  localparam [GUARD_W-1:0] NEW_W_HALF = (1 << (GUARD_W - 1)) + 1;

  wire signed [2*PORT_BITS-1:0] increment_wide_33 =
      fine_33 ? product_33 >>> (INCREMENT_CUT + FINE) : product_33 >>> INCREMENT_CUT;
  reg signed [INCREMENT_BITS-1:0] increment_34;
  reg signed [NEW_W_BITS-1:0] new_w_35;
  reg signed [W_BITS-1:0] new_w_36;
  reg saturated_w_36;
  wire new_w_negative_35 = new_w_35[NEW_W_BITS-1];
  wire new_w_fits_35 = new_w_35[NEW_W_BITS-1:GUARD_W+W_BITS-1]
      == {(NEW_W_BITS - GUARD_W - W_BITS + 1) {new_w_negative_35}};

  always @(posedge clk_i) begin
    increment_34   <= increment_wide_33[INCREMENT_BITS-1:0];
    new_w_35       <= {{(NEW_W_BITS - GUARD_W - W_BITS - 1) {base_34[W_BITS]}}, base_34, NEW_W_HALF}
        + {{(NEW_W_BITS - INCREMENT_BITS) {increment_34[INCREMENT_BITS-1]}}, increment_34};
    saturated_w_36 <= ~new_w_fits_35;
    if (new_w_fits_35) new_w_36 <= new_w_35[GUARD_W+:W_BITS];
    else new_w_36 <= {new_w_negative_35, {(W_BITS - 1) {~new_w_negative_35}}};
  end

  // ---- Results, all at clock 36 -------------------------------------------------------------------

  wire clipped_middle_30, drive_clipped_30;
  izh_delay #(.WIDTH(1), .CLOCKS(20)) delay_clipped_middle_30 (
      .clk_i(clk_i), .d_i(clipped_middle_10), .q_o(clipped_middle_30));
  izh_delay #(.WIDTH(1), .CLOCKS(9)) delay_drive_clipped_30 (
      .clk_i(clk_i), .d_i(drive_clipped_21), .q_o(drive_clipped_30));
  izh_delay #(.WIDTH(1), .CLOCKS(6)) delay_saturated_port_36 (
      .clk_i(clk_i), .d_i(clipped_middle_30 | drive_clipped_30 | clipped_30),
      .q_o(saturated_port_o));
  izh_delay #(.WIDTH(X_BITS + 5), .CLOCKS(15)) delay_new_x_36 (
      .clk_i(clk_i), .d_i({new_x_21, level_21, spike_21, saturated_x_21}),
      .q_o({x_o, level_o, spike_o, saturated_x_o}));
  assign w_o = new_w_36;
  assign saturated_w_o = saturated_w_36;

  // Bits that a cut drops, and bits that are copies of the sign.
  wire unused_bits = &{1'b0, square_shifted_4, square_shifted_13, sum_18, c_rounded_20, target_27,
                       increment_wide_33, drive_carry_1[0], above_carry_18[0]};
endmodule
`default_nettype wire
