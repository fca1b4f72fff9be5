// `token`: who may ask the read API.

using System.CommandLine;
using Pulsegate.Read;
using Pulsegate.Read.Access;

namespace Pulsegate.Cli;

internal static class TokenCommand
{
    public static Command Create() => new("token", "who may ask the read API")
    {
        CreateAdd(), CreateList(), CreateRevoke(),
    };

    /// <summary>The API's own database.</summary>
    public static Option<string> AccessOption() => new("--access")
    {
        Description =
            "the read API's own database: tokens, audit log, assignments; made when it is not there",
        Required = true, HelpName = "FILE",
    };

    private static Command CreateAdd()
    {
        Option<string> access = AccessOption();
        var role = new Option<string>("--role") { Description = "viewer, clinician or operator",
            Required = true };
        Argument<string> name = NameArgument();
        var command = new Command("add", "make a token and print it, once") { name, role, access };
        command.SetAction(result => Run(() =>
        {
            if (!Enum.TryParse(result.GetRequiredValue(role), ignoreCase: true, out Role known)
                || !Enum.IsDefined(known))
            {
                throw new CommandException("--role is viewer, clinician or operator");
            }

            var database = new AccessDatabase(result.GetRequiredValue(access));
            string token = Tokens(database).Add(result.GetRequiredValue(name), known);
            Note(database, "token add", $"{result.GetRequiredValue(name)} {known}");
            Console.WriteLine(token);
        }));
        return command;
    }

    private static Command CreateList()
    {
        Option<string> access = AccessOption();
        var command = new Command("list", "names and roles") { access };
        command.SetAction(result => Run(() =>
        {
            foreach ((string name, string role,
                bool isRevoked) in Tokens(new AccessDatabase(result.GetRequiredValue(access))).List())
            {
                Console.WriteLine($"{name} {role.ToLowerInvariant()}{(isRevoked ? " revoked" : "")}");
            }
        }));
        return command;
    }

    private static Command CreateRevoke()
    {
        Option<string> access = AccessOption();
        Argument<string> name = NameArgument();
        var command = new Command("revoke", "end a token at once") { name, access };
        command.SetAction(result => Run(() =>
        {
            var database = new AccessDatabase(result.GetRequiredValue(access));
            if (!Tokens(database).Revoke(result.GetRequiredValue(name)))
            {
                throw new CommandException("there is no such token, or it is revoked already");
            }

            Note(database, "token revoke", result.GetRequiredValue(name));
        }));
        return command;
    }

    private static Argument<string> NameArgument()
        => new("NAME") { Description = "who holds it; the audit log says this" };

    private static Tokens Tokens(AccessDatabase database) => new(database, TimeProvider.System);

    // Behind what was done, and before a token is printed: one that is not in the log is known to nobody.
    private static void Note(AccessDatabase database, string action, string what)
        => new AuditLog(database, TimeProvider.System).Write(
            new Caller($"command line, {Printable.Line(Environment.UserName)}", Role.Operator), action, null,
            null, what, isAllowed: true);

    private static int Run(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (ReadException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
