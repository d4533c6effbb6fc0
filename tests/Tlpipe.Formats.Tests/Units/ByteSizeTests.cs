// Sizes are read and printed in one way; values follow from the definitions of SI and IEC 80000-13.
using Tlpipe.Formats.Units;

namespace Tlpipe.Formats.Tests.Units;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1, "1 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(1024, "1.0 kB")]
    [InlineData(9_949, "9.9 kB")]
    [InlineData(9_950, "10 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_950, "1.0 MB")]
    [InlineData(999_999, "1.0 MB")]
    [InlineData(1_000_000, "1.0 MB")]
    [InlineData(7_639_936, "7.6 MB")]
    [InlineData(440_000_000, "440 MB")]
    [InlineData(1_000_000_000, "1.0 GB")]
    [InlineData(1_073_741_824, "1.1 GB")]
    [InlineData(24_000_000_000_000, "24 TB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void A_size_has_at_most_three_digits_and_a_power_of_1000(long bytes, string text) => Assert.Equal(text, ByteSize.Text(bytes));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("4096", 4096)]
    [InlineData("1B", 1)]
    [InlineData("2kB", 2000)]
    [InlineData("200MB", 200_000_000)]
    [InlineData("200mb", 200_000_000)]
    [InlineData("1.5GB", 1_500_000_000)]
    [InlineData("24GB", 24_000_000_000)]
    [InlineData("3TB", 3_000_000_000_000)]
    [InlineData("2KiB", 2048)]
    [InlineData("2kib", 2048)]
    [InlineData("200MiB", 209_715_200)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("24GiB", 25_769_803_776)]
    [InlineData("3TiB", 3_298_534_883_328)]
    public void A_GB_is_a_power_of_1000_and_a_GiB_one_of_1024(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("big")]
    [InlineData("0")]
    [InlineData("0.5B")]
    [InlineData("-1GB")]
    [InlineData("1e3MB")]
    [InlineData("24 GB")]
    [InlineData("24G")]
    [InlineData("24iB")]
    [InlineData("1,5GB")]
    [InlineData("1000000000TB")]
    public void Anything_else_is_not_a_size(string text) => Assert.Null(ByteSize.Parse(text));
}
