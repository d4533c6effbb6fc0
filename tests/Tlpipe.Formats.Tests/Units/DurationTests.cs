// Durations are read and printed in one way.
using Tlpipe.Formats.Units;

namespace Tlpipe.Formats.Tests.Units;

public sealed class DurationTests
{
    [Theory]
    [InlineData(-1, "0.0 s")]
    [InlineData(0, "0.0 s")]
    [InlineData(0.84, "0.8 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(42.4, "42 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min 0 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(266, "4 min 26 s")]
    [InlineData(3599.4, "59 min 59 s")]
    [InlineData(3599.6, "1 h 0 min")]
    [InlineData(7500, "2 h 5 min")]
    [InlineData(86_399, "23 h 59 min")]
    [InlineData(86_400, "1 day")]
    [InlineData(129_600, "1.5 days")]
    [InlineData(777_600, "9 days")]
    [InlineData(1_814_400, "21 days")]
    public void A_duration_has_two_units_at_most(double seconds, string text) => Assert.Equal(text, Duration.Text(seconds));

    [Theory]
    [InlineData("0s", 0)]
    [InlineData("90s", 90)]
    [InlineData("5min", 300)]
    [InlineData("2h", 7200)]
    [InlineData("7d", 604_800)]
    [InlineData("2147483647h", 8_640_000_000)]
    public void A_number_and_a_unit_are_a_duration_of_up_to_100000_days(string text, double seconds) =>
        Assert.Equal(seconds, Duration.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5m")]
    [InlineData("min")]
    [InlineData("5 min")]
    [InlineData("-5min")]
    [InlineData("1.5h")]
    [InlineData("5MIN")]
    [InlineData("5min ")]
    [InlineData("9999999999s")]
    public void Anything_else_is_not_a_duration(string text) => Assert.Null(Duration.Parse(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(45, "45s")]
    [InlineData(90, "90s")]
    [InlineData(300, "5min")]
    [InlineData(5400, "90min")]
    [InlineData(7200, "2h")]
    public void An_option_has_the_largest_unit_without_a_rest(int seconds, string text) =>
        Assert.Equal(text, Duration.Option(TimeSpan.FromSeconds(seconds)));
}
