// The canonical form of JSON, by RFC 8785's own examples.
using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Tests.Identity;

public sealed class CanonicalJsonTests
{
    /// <summary>RFC 8785, appendix B.</summary>
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void A_double_is_written_as_ECMAScript_prints_it(string bits, string expected)
    {
        var value = BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

        var text = CanonicalJson.Text(JsonValue.Create(value));

        Assert.Equal(expected, text);
    }

    [Fact]
    public void Every_finite_double_reads_back_as_itself() =>
        Gen.Double.Where(double.IsFinite).Sample(value =>
            double.Parse(CanonicalJson.Text(JsonValue.Create(value)), CultureInfo.InvariantCulture) == value);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_is_not_finite_is_refused(double value) =>
        Assert.Throws<ArgumentException>(() => CanonicalJson.Text(JsonValue.Create(value)));

    /// <summary>RFC 8785, section 3.2.2.</summary>
    [Fact]
    public void A_document_has_sorted_keys_short_numbers_and_few_escapes()
    {
        var document = JsonNode.Parse("""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """);

        var text = CanonicalJson.Text(document);

        Assert.Equal("""{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""", text);
    }

    /// <summary>RFC 8785, section 3.2.3.</summary>
    [Fact]
    public void Keys_are_sorted_by_UTF_16_code_units()
    {
        var document = JsonNode.Parse("""
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """);

        var values = JsonNode.Parse(CanonicalJson.Bytes(document))!.AsObject().Select(m => m.Value!.GetValue<string>());

        Assert.Equal(
            ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"],
            values);
    }

    [Fact]
    public void The_bytes_are_UTF_8_without_a_byte_order_mark() =>
        Assert.Equal([0x22, 0xE2, 0x82, 0xAC, 0x22], CanonicalJson.Bytes("€"));

    [Fact]
    public void A_number_is_the_same_whatever_type_held_it()
    {
        JsonNode[] values = [JsonValue.Create(5), JsonValue.Create(5L), JsonValue.Create(5.0), JsonValue.Create(5f), JsonValue.Create(5.00m), JsonNode.Parse("5e0")!];

        var texts = values.Select(v => CanonicalJson.Text(v));

        Assert.All(texts, text => Assert.Equal("5", text));
    }

    [Fact]
    public void An_integer_that_no_double_holds_is_refused() =>
        Assert.Throws<ArgumentException>(() => CanonicalJson.Text(JsonValue.Create(9007199254740993)));

    [Fact]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.Throws<ArgumentException>(() => CanonicalJson.Text(JsonValue.Create("a\ud83d")));
}
