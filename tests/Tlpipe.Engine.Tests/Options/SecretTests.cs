// What a secret's value says is hidden in every form in which a server or a library may repeat it.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Runs;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Options;

public sealed class SecretTests
{
    [Theory]
    [InlineData("Bearer s3cr3t-T0KEN", "bad token s3cr3t-T0KEN")]
    [InlineData("Bearer s3cr3t-T0KEN", "sent 'Bearer s3cr3t-T0KEN'")]
    [InlineData("bearer   s3cr3t-T0KEN\n", "bad token s3cr3t-T0KEN")]
    [InlineData("Bearer s3cr3t+T0KEN/x==", "asked ?t=s3cr3t%2BT0KEN%2Fx%3D%3D")]
    // RFC 7617, section 2: the base64 form of Aladdin:s3cr3t-sesame.
    [InlineData("Basic QWxhZGRpbjpzM2NyM3Qtc2VzYW1l", "no user Aladdin with s3cr3t-sesame")]
    [InlineData("Basic QWxhZGRpbjpzM2NyM3Qtc2VzYW1l", "sent QWxhZGRpbjpzM2NyM3Qtc2VzYW1l")]
    [InlineData("Aladdin:s3cr3t-sesame", "sent QWxhZGRpbjpzM2NyM3Qtc2VzYW1l for Aladdin")]
    public void A_token_is_hidden_without_its_scheme_and_a_password_without_its_user(string value, string message)
    {
        Secret.Hide(value);

        var shown = Secret.Redact(message);

        Assert.Contains("***", shown);
        foreach (var part in (string[])["T0KEN", "Aladdin", "sesame", "QWxh"])
            Assert.DoesNotContain(part, shown);
    }

    [Theory]
    [InlineData("https://morgiana:p%40ssw0rd@cache.example.org/x?y", "morgiana, p@ssw0rd, p%40ssw0rd")]
    [InlineData("http://morgiana:ssw0rd@127.0.0.1:80", "morgiana and ssw0rd")]
    public void The_user_and_password_of_an_address_are_hidden(string address, string message)
    {
        Secret.HideIn(address);

        var shown = Secret.Redact(message);

        Assert.DoesNotContain("morgiana", shown);
        Assert.DoesNotContain("ssw0rd", shown);
    }

    [Fact]
    public void A_user_whose_name_is_a_word_of_a_record_does_not_change_the_record()
    {
        Secret.HideIn("https://outcome:s3cr3t-passw0rd@cache.example.org");
        using var text = new StringWriter();

        new EventLog(text, TimeProvider.System).Write(new RunEnded(RunOutcome.Done));

        Assert.Contains("\"outcome\":\"done\"", text.ToString());
        Assert.Equal("the *** of it", Secret.Redact("the outcome of it"));
        Assert.Equal("the outcomes of it", Secret.Redact("the outcomes of it"));
    }

    [Fact]
    public void Notes_and_warnings_of_others_are_one_line_of_visible_text()
    {
        // ECMA-48: ESC ] is an operating system command, U+009B another control sequence's begin; Unicode: U+202E turns the direction.
        const string Hostile = "a\u001b]0;PWNED\u0007\u009b2J\nb\u202Ec";

        Assert.Equal(new Note("a?]0;PWNED??2J?b?c"), new Note(Hostile).Redacted());
        Assert.Equal(new Warned("a?]0;PWNED??2J?b?c"), new Warned(Hostile).Redacted());
    }

    [Fact]
    public void A_mistake_and_its_file_are_one_line_of_visible_text()
    {
        var mistake = new Diagnostic(new SourceLocation("a\u001b]0;x\u0007.yaml", 1, 2), "TL0101", "b\u202Ec\u2028d\u009b");

        Assert.Equal(@"a\x1B]0;x\x07.yaml:1:2: error TL0101: b\u202Ec\u2028d\x9B", mistake.ToString());
    }
}
